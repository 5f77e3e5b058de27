// duty.ts - texts of the duty leader's page in Chinese; ../en/duty.ts has the same keys.

export const duty = {
  'page.duty': '值班',
  'duty.figures': '案件数',
  'duty.approvals': '等您审批 {n} 件',
  'duty.urgent': '最要紧的案件',
  'duty.none': '没有在办的案件。',
  'duty.case': '案件',
  'duty.pick': '没有要看的案件。',
  'duty.whole': '经过、单据、吹哨、存证…',
  'duty.does': '附近的画面、期限和处置要点一起上墙；按一下就回到原样',
} as const;
