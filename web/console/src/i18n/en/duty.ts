// duty.ts - texts of the duty leader's page in English

import type { duty as zh } from '../zh/duty';

export const duty: Record<keyof typeof zh, string> = {
  'page.duty': 'On duty',
  'duty.figures': 'Numbers of cases',
  'duty.approvals': '{n} wait for your approval',
  'duty.urgent': 'Most urgent cases',
  'duty.none': 'No case is open.',
  'duty.case': 'Case',
  'duty.pick': 'There is no case to look at.',
  'duty.whole': 'History, orders, whistle, evidence…',
  'duty.does': 'Cameras nearby, deadlines and procedure go on the wall together; one press brings everything back',
};
