// licences.mjs - a plugin for Vite: licences.txt beside the console, of exactly those packages that went into it
//
// Their licences ask that notice and text go along with every copy, minified ones too. A package without one stops the build.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LINE = '-'.repeat(80);

// The folder of the package that a module is of; '' for one of ours.
function packageOf(id) {
  const path = id.replace(/^\0/, '').split('?')[0];
  if (!path.includes('/node_modules/')) return '';
  for (let folder = dirname(path); folder.includes('/node_modules/'); folder = dirname(folder))
    if (existsSync(join(folder, 'package.json')) && JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version) return folder;
  return '';
}

function told(folder) {
  const { name, version, license, homepage = '' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((item) => /^(licen[cs]e|copying)(\.|-|$)/i.test(item));
  if (!license) throw new Error(`${name} ${version} tells no licence`);
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `${license} (the package has no text of its own)`;
  return { key: `${name} ${version}`, text: [`${name} ${version}`, license, homepage, '', text].join('\n') };
}

export const licences = () => ({
  name: 'licences',
  generateBundle(_options, bundle) {
    const folders = new Set();
    for (const item of Object.values(bundle)) for (const id of item.type === 'chunk' ? item.moduleIds : []) folders.add(packageOf(id));
    folders.delete('');
    const all = [...folders].map(told).sort((a, b) => (a.key < b.key ? -1 : 1));
    const head = 'Code of others in the console of wallctl, and its licences. 控制台里的第三方代码和它们的许可证。';
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: `${[head, ...all.map(({ text }) => text)].join(`\n\n${LINE}\n`)}\n` });
  },
});
