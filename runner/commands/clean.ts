/** `rootlab clean`: what runs and builds that were killed left behind. */
import type { Command } from '../command.ts';
import { openCache } from '../cache.ts';
import { sweepImages } from '../images/store.ts';
import { sweepLeftovers } from '../leftovers.ts';

export const clean: Command = {
  summary: 'Remove what killed runs and builds left behind (nothing of running ones)',
  usage: '',
  description: 'Every run does this by itself when it starts; images stay (see "rootlab images prune").',
  options: {},
  examples: [],
  async execute(input) {
    await sweepLeftovers(input.signal);
    await sweepImages(await openCache());
    process.stdout.write('clean\n');
    return 0;
  },
};
