/** `rootlab completions`: what a shell needs to complete our words. */
import { UserError } from '../../src/error.ts';
import { suggest } from '../../src/nearest.ts';
import type { Command } from '../command.ts';
import { completions as shells } from '../harness/completions.ts';
import { loadCommands } from './all.ts';

export const completions: Command = {
  summary: 'Print the completion of commands and options for a shell',
  usage: 'bash|zsh|fish',
  options: {},
  examples: [
    ['source <(rootlab completions bash)', 'in this bash'],
    ['rootlab completions fish > ~/.config/fish/completions/rootlab.fish', 'in every fish'],
  ],
  async execute(input) {
    const [shell = '', ...more] = input.words;
    const write = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
    if (write === undefined || more.length > 0) {
      const [first = '', second] = input.words;
      throw new UserError(
        first === '' || second !== undefined
          ? 'rootlab completions takes one shell'
          : `cannot write completions for "${first}"`,
        { hint: suggest(first, Object.keys(shells), 'the shells are') },
      );
    }
    process.stdout.write(write(await loadCommands()));
    return 0;
  },
};
