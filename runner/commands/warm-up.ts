/** Runs, where a startup snapshot is made, what most commands begin and end with: what has run once is not compiled again. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { reporters } from '../../reports/index.ts';
import { createFold } from '../../src/fold.ts';
import { planEvent } from '../../src/plan.ts';
import { readWords } from '../command.ts';
import { homeDirectory } from '../home.ts';
import { loadJobs } from '../load.ts';
import { commands } from './index.ts';

export async function warmUp(): Promise<void> {
  for (const load of Object.values(commands)) await load();
  await useNode();
  const { jobs } = await loadJobs([`${homeDirectory}scenarios/workshop/docker-without-docker.yaml`], {});
  const fold = createFold();
  fold.add({ v: 1, seq: 1, t: 0, m: 0, ...planEvent(jobs) });
  const result = fold.result();
  for (const reporter of Object.values(reporters))
    for await (const { chunk } of reporter({ colour: false, columns: 100, live: false }).render?.(result) ??
      [])
      void chunk;
}

function ignore(): void {}
/** No snapshot is made while Node has yet to hear of one that is gone. */
const kept: AbortSignal[] = [];

/**
 * What a run asks of Node's own modules: their functions are in a snapshot only if they were called. No timers: what a
 * snapshot holds of them, if only a list that is empty again, keeps those that are set later from being heard.
 */
async function useNode(): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal]);
  kept.push(signal, stop.signal);
  signal.addEventListener('abort', ignore, { once: true });
  const run = await commands['run']?.();
  if (run !== undefined) readWords('run', run, ['a.yaml', '--allow-host', '--jobs=1'], signal);
  performance.now();
  await useFiles();
  await useStreams();
  // Without a reason it makes an exception, which Node 22 takes into no snapshot.
  stop.abort('done');
  signal.removeEventListener('abort', ignore);
  randomBytes(4);
  release();
}

async function useFiles(): Promise<void> {
  const folder = fs.mkdtempSync(`${tmpdir()}/rootlab-build-`);
  const at = (name: string): string => `${folder}/${name}`;
  await writeFile(at('a'), 'a');
  fs.appendFileSync(at('a'), Buffer.concat([Buffer.from('b'), Buffer.allocUnsafeSlow(1)]));
  fs.chmodSync(at('a'), 0o600);
  fs.renameSync(at('a'), at('b'));
  fs.symlinkSync('b', at('c'));
  fs.readlinkSync(at('c'));
  fs.accessSync(at('b'));
  fs.utimesSync(at('b'), 0, 0);
  fs.mkdirSync(at('d/e'), { recursive: true });
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) entry.isDirectory();
  fs.rmSync(folder, { recursive: true });
}

async function useStreams(): Promise<void> {
  const stream = new PassThrough();
  let seen = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (seen += chunk));
  stream.write(seen);
  stream.end('a\n');
  await new Promise((resolve) => stream.once('end', resolve));
}
