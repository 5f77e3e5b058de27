// map.ts - texts of the map

export const map = {
  'map.button': '地图',
  'map.title': '摄像机和在办案件的地图',
  'map.in': '放大',
  'map.out': '缩小',
  'map.many': '{n} 台摄像机，在线 {live}，有问题 {bad}，放大可分开',
  'map.case': '案件 {code} {what}，{level}',
  'map.cases': '{n} 件案件，最高 {level}，放大可分开',
  'map.told': '在图上 {n} / {all} 台',
  'map.toldcases': '案件 {n} 件，另有 {out} 件没有位置或属敏感类别',
  'map.here': '这里有什么',
  'map.heren': '这里有 {n} 个',
  'map.close': '关闭',
  'map.dragtip': '从图上把摄像机拖到窗格里，或点它再按“上墙”。',
  'map.opencase': '打开案件',
} as const;
