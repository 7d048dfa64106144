/**
 * The resource `journal`: what a unit, or `*` for all, has logged since the boot or since the step began.
 *
 * The start of the step is a time, not a cursor: a cursor would cost every step a journalctl (15 ms), the time
 * is free, and journald stamps an entry when it takes it. So a line counts for the step in which it arrived.
 * `--sync` first: without it a line written a moment ago may not be readable yet, and `lacks` would hold by luck.
 */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';
import { lines } from './text.ts';

export const journal: Resource = {
  first: { name: 'exists', expected: 'true' },
  options: ['since', 'priority'],
  collect(asked, context) {
    const priority = asked.options['priority'];
    const read = [
      'journalctl -q --no-pager -o cat -b',
      asked.options['since'] === 'step' ? `--since=@${(context.stepStartedAtMs / 1000).toFixed(6)}` : '',
      priority === undefined ? '' : `-p ${shellWord(priority)}`,
      asked.name === '*' ? '' : `--unit=${shellWord(asked.name)}`,
    ];
    return `${limited('journalctl --sync', context)} 2>/dev/null; ${limited(read.filter((word) => word !== '').join(' '), context)}`;
  },
  read(output, asked, context) {
    const nothing = lines(output.stdout).length === 0;
    if (output.status !== 0 && !(output.status === 1 && nothing && lines(output.stderr).length === 0)) {
      return unreadable(output, context);
    }
    return nothing
      ? { ...absent, values: { contains: '', lacks: '' } }
      : there({ contains: output.stdout, lacks: output.stdout });
  },
};
