// What the pages of settings and register say of roles, grants, rules and times.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Rule, RuleText } from '../src/api/rules';
import { asked, grouped, nothingChosen, range, type Chosen } from '../src/audit/filter';
import { queryOf } from '../src/api/query';
import { actions, conditions, days, fired, grant, readOffer, rolesTrouble, schedule, trialEvent, trialFor } from '../src/settings/words';

test('roles that must not meet in one hand are those of the daemon', () => {
  const table: [string[], string | null][] = [
    [[], 'role.trouble.none'], [['auditor'], null], [['auditor', 'leader'], 'role.trouble.auditor'], [['sysadmin', 'auditor'], 'role.trouble.auditor'],
    [['sysadmin', 'device_admin'], null], [['sysadmin', 'dispatcher'], 'role.trouble.sysadmin'], [['dispatcher', 'leader', 'device_admin'], null],
  ];
  for (const [roles, wanted] of table) assert.equal(rolesTrouble(roles), wanted, roles.join());
});

test('days and hours as people say them', () => {
  const table: [number[] | undefined, string][] = [
    [undefined, ''], [[], ''], [[1, 2, 3, 4, 5, 6, 7], ''], [[1, 2, 3, 4, 5], '周一至周五'], [[7, 6], '周六、周日'], [[1, 3, 5], '周一、周三、周五'],
    [[1, 2, 3, 6], '周一至周三、周六'],
  ];
  for (const [list, wanted] of table) assert.equal(days(list), wanted, String(list));
  assert.equal(schedule({ days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '18:00' }), '每天 08:00–18:00');
  assert.equal(grant({ wall: 'main', level: 'operate', from: '22:00', to: '06:00', days: [6, 7] }, '主墙'), '主墙: 操作（周六、周日 22:00–06:00）');
  assert.equal(grant({ wall: 'main', level: 'view' }, '主墙'), '主墙: 只看');
});

test('a rule is a sentence; words that only the site knows stand as they are', () => {
  assert.deepEqual(conditions(), []);
  assert.deepEqual(conditions({ types: ['case.reported', 'own.kind'], category: ['labour', 'wage'], risk: ['high'], hours: '22:00-06:00', days: [1] }), [
    '案件上报或own.kind', '类别是劳动争议或wage', '风险高', '22:00-06:00', '周一',
  ]);
  const name = (id: string) => (id === 'cam-1' ? '研和路口' : id);
  const rule: RuleText = { severity: 'orange', cameras: ['cam-1', 'cam-2'], nearest: 2, radius_m: 300, opens_case: true, orders: [{ kind: 'dispatch', to: '水利站' }] };
  assert.deepEqual(actions(rule, name), ['横幅: 重大', '上墙: 研和路口、cam-2', '上墙: 300 米内最近的 2 路', '打开案件画面', '开单给 水利站']);
  assert.deepEqual(actions({ banner: false }, name), []);
  assert.deepEqual(fired({ rule: 'a', name: 'A', outcome: 'new', cameras: ['cam-1'], opens: 'case:1' }, name), ['上墙: 研和路口', '打开 case:1']);
});

test('the event that is tried is one that the rule is there for', () => {
  const rule = { rule: { when: { types: ['case.whistled'], risk: ['high', 'mid'], region: ['530402'], sources: ['grid'] } } } as Rule;
  const trial = trialFor(rule);
  assert.deepEqual(trial, { type: 'case.whistled', category: '', level: '', risk: 'high', region: '530402', source: 'grid' });
  assert.deepEqual(trialEvent(trial, 7, new Date(0)), {
    specversion: '1.0', id: 'try-7', source: '/console/try', type: 'org.wallctl.case.whistled.v1', subject: 'TRY-7', time: '1970-01-01T00:00:00.000Z',
    regioncode: '530402', data: { risk: 'high', region: '530402' },
  });
  assert.equal(trialFor().type, 'case.reported');
});

test('the offer of a second factor, for the picture and for the hand', () => {
  const offer = readOffer('otpauth://totp/%E7%BA%A2%E5%A1%94:zhang?secret=ABCDEFGHIJ&issuer=%E7%BA%A2%E5%A1%94&digits=6&period=30');
  assert.deepEqual([offer.secret, offer.account, offer.issuer], ['ABCD EFGH IJ', 'zhang', '红塔']);
});

test('the register is asked for days of China', () => {
  const now = Date.parse('2026-11-22T17:30:00Z'); // 01:30 of the 23rd in China
  const chosen = (more: Partial<Chosen>): Chosen => ({ ...nothingChosen(), ...more });
  const day = (text: string) => Date.parse(`${text}T00:00:00+08:00`);
  assert.deepEqual(range(chosen({ span: 'today' }), now), { from: day('2026-11-23') });
  assert.deepEqual(range(chosen({ span: 'week' }), now), { from: day('2026-11-17') });
  assert.deepEqual(range(chosen({ span: 'all' }), now), {});
  assert.deepEqual(range(chosen({ span: 'own', from: '2026-11-01', to: '2026-11-01' }), now), { from: day('2026-11-01'), to: day('2026-11-02') });
  assert.deepEqual(range(chosen({ span: 'own', from: '', to: 'x' }), now), {});
  assert.deepEqual(asked(chosen({ span: 'all', account: ' zhang ', isRefused: true }), now, 100, '5:3'), { account: 'zhang', refused: 1, limit: 100, after: '5:3' });
  assert.equal(queryOf({ text: '研和 & 路口', kind: '', after: '5:3' }), '?text=%E7%A0%94%E5%92%8C%20%26%20%E8%B7%AF%E5%8F%A3&after=5%3A3');
  assert.equal(grouped('0123456789abcdef01'), '01234567 89abcdef 01');
});
