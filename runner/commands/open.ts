/** `rootlab open`: the newest report in the browser, or where it lies. */
import { join, resolve } from 'node:path';
import { UserError } from '../../src/error.ts';
import type { Command } from '../command.ts';
import { statIfThere } from '../file-error.ts';
import { findProgram } from '../facts/programs.ts';
import { runTool } from '../process.ts';

export const open: Command = {
  summary: 'Open the newest report in the browser',
  usage: '[FOLDER]',
  description:
    'FOLDER is that of a run (default: reports/out/latest). Without a desktop it prints where the page lies.',
  options: {},
  examples: [
    ['rootlab open', 'the newest report'],
    ['rootlab open reports/out/2026-11-24T08-12-40', 'an older one'],
  ],
  async execute({ words, signal }) {
    const [folder = 'reports/out/latest', ...more] = words;
    if (more.length > 0)
      throw new UserError('rootlab open takes one folder', { hint: 'rootlab open reports/out/latest' });
    const page = resolve(join(folder, 'index.html'));
    if (statIfThere(page)?.isFile() !== true) {
      throw new UserError(`cannot open the report "${page}": there is no such file`, {
        hint: pageHint(folder),
      });
    }
    const hasDesktop = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (process.env[name] ?? '') !== '');
    const opened =
      hasDesktop && findProgram('xdg-open') !== undefined
        ? (await runTool(['xdg-open', page], { signal, timeoutMs: 10_000 })).exit === 0
        : false;
    process.stdout.write(opened ? `opened ${page}\n` : `${page}\n`);
    return 0;
  },
};

/** Where the page may be, or how it comes to be: a folder of runs is no run, and one without a log has no page. */
function pageHint(folder: string): string {
  if (statIfThere(join(folder, 'events.jsonl')) !== undefined)
    return `make it first: rootlab report ${folder} --reporter html`;
  const near = ['latest', 'reports/out/latest'].map((inner) => join(folder, inner));
  const found = near.find((one) => statIfThere(join(one, 'index.html')) !== undefined);
  return found === undefined ? 'a run writes it: rootlab run' : `did you mean ${found}?`;
}
