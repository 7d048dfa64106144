/** `npm run gallery`: a report of each kind with every outcome and output, to look at; nothing is booted. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reporters } from '../reports/index.ts';
import { report } from './reports/contract.ts';
import { galleryPast, galleryRun } from './fixtures/gallery/index.ts';

const folder = join(import.meta.dirname, '../reports/out/gallery');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const past = galleryPast();

/** Those that speak have no file of their own. */
const STREAMS: Readonly<Record<string, string>> = {
  console: 'txt',
  tap: 'tap',
  jsonl: 'jsonl',
  github: 'txt',
};

for (const [name, factory] of Object.entries(reporters)) {
  for (const [path, text] of await report(factory, galleryRun(), { ...past, colour: name === 'console' })) {
    const own = name === 'jsonl' ? 'events.jsonl' : `${name}.${STREAMS[name] ?? 'txt'}`;
    // Its page has the name of the other.
    const file = join(folder, name === 'html-files' ? 'files' : '', path === '' ? own : path);
    if (text === '') continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
console.log(join(folder, 'index.html'));
