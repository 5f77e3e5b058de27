// stage.ts - texts of what hands do on the stage: the menu of a tile, zoom, free windows, several screens

export const stage = {
  'tile.more': '更多',
  'tile.snapshot': '截图',
  'tile.replace': '换摄像机',
  'tile.fill': '放摄像机',
  'tile.masks': '摄像机详情、隐私遮挡',
  'tile.unseen': '窗格 {n} 现在看不到，没有可截的画面',
  'did.snapshot': '已截图，存为“{name}”；调用登记簿里记了一笔',
  'keys.snapshot': '把选中的窗格截图存成文件（留有水印和登记）',
} as const;
