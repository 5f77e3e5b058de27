// words.js - the API's words as people read them, with the mark and the colour class of a state

export const states = {
  live: { mark: '●', text: '正常', look: 'good' },
  connecting: { mark: '◔', text: '正在连接', look: 'wait' },
  wait_keyframe: { mark: '◑', text: '等待首帧', look: 'wait' },
  idle: { mark: '◌', text: '待命', look: 'wait' },
  stalled: { mark: '▲', text: '画面停滞', look: 'warn' },
  retrying: { mark: '✕', text: '离线', look: 'bad' },
  refused: { mark: '⊘', text: '被拒绝', look: 'bad' },
  gone: { mark: '✕', text: '摄像机已删除', look: 'bad' },
  board: { mark: '▦', text: '看板', look: 'good' },
  no_board: { mark: '✕', text: '看板已撤下', look: 'bad' },
  empty: { mark: '·', text: '空', look: 'none' },
};

export const faults = {
  unreachable: '网络不通',
  no_answer: '摄像机不应答',
  credentials: '账号或密码被拒',
  not_found: '没有这一路码流',
  busy: '摄像机会话已满',
  tls: '加密握手失败',
  codec: '编码不支持',
  no_keyframe: '没有关键帧',
  silent: '收不到数据',
  no_data: '已连接，收不到数据',
  closed: '会话被断开',
  protocol: '应答不合规范',
  place: '地址不在允许网段',
  redirected: '被转向别的地址',
  no_account: '没有可用的账号',
};

export const loads = {
  no_loop_filter: '小画面省去环路滤波',
  no_look_ahead: '轮巡不再预开',
  key_frames: '最小的窗格只解关键帧',
  low_rate: '输出帧率降低',
};

export const streams = { main: '主码流', sub: '子码流' };

export const outputStates = { on: '正常', none: '未接', starting: '启动中', retrying: '重试中', unsupported: '此机不支持' };

export const outputKinds = { rtsp: 'RTSP', display: '显示器' };
