/** From what a session collected to what a person would have seen, and the verdict on it. */
import { judge, type Variables, type Verdict } from '../src/judge.ts';
import type { Expectation } from '../src/scenario.ts';
import { terminalText } from '../src/terminal.ts';
import type { Run } from './machine.ts';

/** A pipe has no width; lines longer than this come back joined all the same. */
const pipeColumns = 1000;

export async function judgeSeen(
  expectation: Expectation,
  run: Run,
  variables: Variables,
  tty?: { readonly columns: number; readonly rows: number },
): Promise<Verdict> {
  const cut = (['stdout', 'stderr'] as const).filter((stream) => run[stream].cutBytes > 0);
  // Only what is asked about, and is whole, is worth the memory of a screen.
  const textOf = async (stream: 'stdout' | 'stderr', convertEol: boolean): Promise<string> =>
    cut.includes(stream) ? '' : terminalText(run[stream].bytes, { columns: pipeColumns, ...tty, convertEol });
  const { stdout: out, stderr: err, output } = expectation;
  const stdout = (out ?? output) === undefined ? '' : await textOf('stdout', tty === undefined);
  const stderr = err === undefined ? '' : await textOf('stderr', true);
  return judge(
    expectation,
    {
      exit: run.exit,
      signal: run.signal,
      machine: run.machine,
      stdout,
      stderr,
      cut,
      durationMs: run.durationMs,
    },
    variables,
  );
}
