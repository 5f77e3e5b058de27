// The lock file builds on any machine that wallctl builds on: no address of a registry, nothing that wants a newer node.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

interface Locked {
  resolved?: string;
  integrity?: string;
  engines?: { node?: string };
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

test('every package is known by its content and by no address', () => {
  for (const [path, item] of packages) {
    assert.equal(item.resolved, undefined, path);
    assert.match(item.integrity ?? '', /^sha512-/, path);
  }
});

// "^18.0.0 || >=20.0.0", ">=14", "^10 || ^12 || >=15.0.1": one of the ranges must hold 18.
const holds18 = (range: string) =>
  range.split('||').some((part) => {
    const [, sign, major] = /^\s*(\^|>=|~)?\s*v?(\d+)/.exec(part) ?? [];
    return sign === '>=' ? Number(major) <= 18 : Number(major) === 18;
  });

test('node 18, which Debian 12 has, is enough for all of them', () => {
  for (const [path, item] of packages) assert.ok(holds18(item.engines?.node ?? '>=18'), `${path}: ${item.engines?.node}`);
});
