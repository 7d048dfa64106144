/** Rules about values: times that are long or can never be reached, and files without their last newline. */
import { formatDuration } from '../quantity.ts';
import type { Cell } from '../yaml.ts';
import type { Rule, Spot } from './rule.ts';

const longestMs = 5 * 60_000;

export const longTimeout: Rule = {
  id: 'L009',
  name: 'long-timeout',
  title: 'a timeout over 5m without `because`',
  why: 'A step that hangs costs all that time in every run; whoever waits wants to know for what.',
  hint: 'make it shorter, or add because: … to the step',
  severity: 'warning',
  bad: 'steps:\n- run: apt-get -y upgrade\n  «timeout: 10m\n',
  good: 'steps:\n- run: apt-get -y upgrade\n  timeout: 10m\n  because: it unpacks a hundred packages\n',
  find: ({ sites }) =>
    sites.flatMap(({ step, cell }): readonly Spot[] => {
      const entry = cell.entries.get('timeout');
      if (entry === undefined || step.timeoutMs <= longestMs || step.because !== undefined) return [];
      return [
        { offset: entry.offset, message: `a timeout of ${formatDuration(step.timeoutMs)} without a reason` },
      ];
    }),
};

export const noNewline: Rule = {
  id: 'L011',
  name: 'no-final-newline',
  title: 'a `content` whose final newline is missing',
  why: 'Many programs pass over, or join, a last line that does not end.',
  hint: 'write content: | and the text below it',
  severity: 'warning',
  bad: 'steps:\n- write: /etc/hello.conf\n  «content: greeting=hello\n',
  good: 'steps:\n- write: /etc/hello.conf\n  content: |\n    greeting=hello\n',
  find: ({ root, sites }) => {
    const written = sites.map(({ cell }) => ({ cell, path: 'write' }));
    const machine = root.entries.get('machine')?.value;
    const files = machine?.kind === 'map' ? machine.entries.get('files')?.value : undefined;
    const laid = (files?.kind === 'list' ? files.items : [files]).map((cell) => ({ cell, path: 'path' }));
    return [...written, ...laid].flatMap(({ cell, path }): readonly Spot[] => {
      if (cell?.kind !== 'map') return [];
      const entry = cell.entries.get('content');
      // Files of the kernel take a value, not lines.
      if (entry === undefined || /^\/(?:proc|sys)\//.test(textOf(cell.entries.get(path)?.value))) return [];
      const text = textOf(entry.value);
      return text === '' || text.endsWith('\n')
        ? []
        : [{ offset: entry.offset, message: 'the file will not end with a newline' }];
    });
  },
};

export const neverReached: Rule = {
  id: 'L012',
  name: 'unreachable-timeout',
  title: 'a time of a step beyond that of its job',
  why: 'The job ends first, and its end says less than that of the step.',
  hint: 'raise the timeout of the scenario (15m unless it says so), or shorten this one',
  severity: 'warning',
  bad: 'timeout: 1m\nsteps:\n- run: systemctl start hello\n  «timeout: 2m\n',
  good: 'timeout: 5m\nsteps:\n- run: systemctl start hello\n  timeout: 2m\n',
  find: ({ scenario, sites }) =>
    sites.flatMap(({ step, cell, phase }): readonly Spot[] => {
      if (phase === 'cleanup' || phase === 'on-failure') return [];
      const times = [['timeout', step.timeoutMs] as const, ['within', step.withinMs ?? 0] as const];
      return times.flatMap(([key, timeMs]): readonly Spot[] => {
        const entry = cell.entries.get(key);
        if (entry === undefined || timeMs <= scenario.timeoutMs) return [];
        const limit = formatDuration(scenario.timeoutMs);
        return [
          {
            offset: entry.offset,
            message: `${key} is ${formatDuration(timeMs)}, and the job ends after ${limit}`,
          },
        ];
      });
    }),
};

function textOf(cell: Cell | undefined): string {
  return cell?.kind === 'text' ? cell.text : '';
}
