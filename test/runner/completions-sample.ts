/** A command whose texts hold what shells and groff take for their own. */
import { spawnSync } from 'node:child_process';
import type { Command } from '../../runner/command.ts';

export const strange: Command = {
  summary: "Try what is Bob's [or: not]",
  usage: 'NAME "x" [OPTIONS]',
  description: ".dots and 'quotes' begin lines\n.here as well",
  options: { keep: { value: 'WHEN', choices: ['always', 'never'], help: "it's a \\ and a [bracket]: yes" } },
  examples: [['rootlab try x | sed s/\\\\./…/', 'one']],
  execute: async () => 0,
};

export function missing(program: string): string | false {
  return spawnSync(program, ['--version']).error === undefined ? false : `needs ${program}`;
}
