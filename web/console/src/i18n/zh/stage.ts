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
  'tile.zoom': '数字放大',
  'tile.zoomed': '数字放大 {n}',
  'keys.zoomin': '放大选中窗格的画面（滚轮、两指也行）',
  'keys.zoomout': '缩小选中窗格的画面',
  'keys.zoomnone': '画面回到原样',
  'keys.shift': '放大了的画面移着看',
  'key.shiftarrows': 'Shift 方向键',
} as const;
