/** `rootlab clean`: what runs and builds that were killed left behind. */
import type { Command } from '../command.ts';
import { openCache } from '../cache.ts';
import { pruneCheckpoints } from '../checkpoints.ts';
import { sweepImages } from '../images/store.ts';
import { sweepLeftovers } from '../leftovers.ts';

export const clean: Command = {
  summary: 'Remove what killed runs and builds left behind (nothing of running ones)',
  usage: '',
  description:
    'Every run does this by itself when it starts; images and checkpoints stay\n(see "rootlab images prune").',
  options: { checkpoints: { help: 'the checkpoints of all jobs as well' } },
  examples: [],
  async execute(input) {
    await sweepLeftovers(input.signal);
    const cache = openCache();
    await sweepImages(cache);
    await pruneCheckpoints(cache, input.flag('checkpoints') ? Number.POSITIVE_INFINITY : 0);
    process.stdout.write('clean\n');
    return 0;
  },
};
