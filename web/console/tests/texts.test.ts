// Both languages say everything; nothing is said past them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { en } from '../src/i18n/en';
import { zh, type Key } from '../src/i18n/zh';

const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();

test('the same keys with the same holes', () => {
  assert.deepEqual(Object.keys(en), Object.keys(zh));
  for (const key of Object.keys(zh) as Key[]) {
    assert.ok(zh[key].length > 0 && en[key].length > 0, key);
    assert.equal(holes(en[key]), holes(zh[key]), key);
  }
});

const sources = (readdirSync('src', { recursive: true } as never) as unknown as string[])
  .filter((name) => /\.(ts|vue)$/.test(name) && !name.includes('i18n'))
  .map((name) => ({ name, text: readFileSync(`src/${name}`, 'utf8') }));

test('no Chinese outside of the tables', () => {
  for (const { name, text } of sources) {
    assert.doesNotMatch(text, /\p{Script=Han}/u, name);
  }
});

test('every text has a user', () => {
  const all = sources.map((source) => source.text).join('\n') + readFileSync('src/i18n/index.ts', 'utf8');
  const made = /^(state|fault|load|output|severity|op|alarm\.state|tile\.stream|tile\.fit|typing|did|error|quality|advice|import|cameras\.(by|state|column)|health\.(tab|link|output|source|kind)|case\.step|case\.outcome|case\.office|case\.risk|case\.path|sound\.level|day|event|grant|people\.is|plan\.is|right|role|rule\.(category|level|risk)|source\.(by|is|why)|link\.is|try\.outcome|audit\.(span|kind|via)|boards\.period|board\.source|approval\.what|evidence\.(state|kind|role|differs|cover|coverhint|publicof)|mask\.(tool|how|mode)|account\.(source|kept))\./;
  for (const key of Object.keys(zh)) assert.ok(made.test(key) || all.includes(`'${key}'`), `${key} is not used`);
});

test('no style attribute in a template: the content security policy refuses those that come as HTML', () => {
  for (const { name, text } of sources) assert.doesNotMatch(text, /[^:.\w-]style="/, name);
});
