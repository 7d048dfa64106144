/** `rootlab man`: the manual page. */
import type { Command } from '../command.ts';
import { manualPage } from '../harness/manual.ts';
import { version } from '../home.ts';
import { loadCommands } from './all.ts';

export const man: Command = {
  summary: 'Print the manual page',
  usage: '',
  options: {},
  examples: [['rootlab man > rootlab.1 && man -l rootlab.1', 'read it']],
  execute: async () => {
    process.stdout.write(manualPage(await loadCommands(), version));
    return 0;
  },
};
