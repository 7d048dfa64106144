/** One bash on another computer, behind a channel of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../../src/error.ts';
import type { Ending } from '../../process.ts';
import { readAnswers, type Answer } from '../../session/answer.ts';
import { makeCollector } from '../../session/collect.ts';
import type { Processes } from '../../session/kill.ts';
import { bashArgv, markLines, setUp } from '../../session/script.ts';
import { ready, type Shell, type ShellState } from '../../session/shell.ts';
import { drawMark, script } from './connection.ts';
import { markBoth, type DeskPlace, type Gates } from './desk.ts';
import { shell as starter } from './scripts.ts';

export interface ShellOptions extends DeskPlace {
  readonly gates: Gates;
  readonly processes: Processes;
  /** The end of a shell was told: it is that of the shell, and not that of the connection. */
  readonly onTold: () => void;
}

/** Output that is on its way when its step has ended. */
const drainMs = 10_000;
/** Where the one that would tell its end was killed as well. */
const untoldMs = 500;
const killMs = 3000;
const chatterBytes = 16_384;
/** `\0TOKEN -1 WORD\0TEXT\0` is no answer of the shell's. */
const notAnswer = -1;

export async function startShellThere(options: ShellOptions, state: ShellState): Promise<Shell> {
  const { connection, id, gates, processes } = options;
  const token = drawMark();
  const mark = drawMark();
  const words = Object.entries(options.env).map(([key, value]) => `${key}=${value}`);
  const argv = [connection.dir, id, 'env', '-i', ...words, ...bashArgv];
  const channel = connection.open(script(starter, 'rootlab-shell', ...argv));
  const printed = markBoth(gates, mark);
  const said = makeCollector(chatterBytes);
  channel.stderr.on('data', said.add);
  let { directory } = state;
  let chain: readonly number[] = [];
  let startedAtMs = 0;
  let startTicks = 0;
  let alive = true;
  const whenEnded: ((ending: Ending) => void)[] = [];
  const ended = new Promise<Ending>((resolve) => whenEnded.push(resolve));
  const over = (ending: Ending): void => {
    if (!alive) return;
    alive = false;
    channel.stdin.end();
    for (const tell of whenEnded) tell(ending);
    shell.listener?.ended(ending);
  };
  const answered = (answer: Answer): void => {
    const text = answer.directory.toString();
    if (answer.exit !== notAnswer) {
      directory = answer.directory;
      shell.listener?.answered(answer);
    } else if (answer.flags === 'begin') {
      chain = [...new Set(text.split(' ').map(Number))];
      startedAtMs = performance.now();
    } else {
      options.onTold();
      over({ exit: Number(text) });
    }
  };
  const shell: Shell = {
    get leader() {
      return chain[0] ?? 0;
    },
    get chain() {
      return chain;
    },
    get pid() {
      return chain.at(-1) ?? 0;
    },
    ticksAt: (atMs) => startTicks + Math.floor((atMs - startedAtMs) / 10) - 1,
    atPrompt: async () => (await connection.ask('idle', id, shell.pid)) === 'yes',
    processes,
    drained: async (isAnswered) => {
      if (!isAnswered) return within(printed, untoldMs);
      const now = drawMark();
      const here = markBoth(gates, now);
      shell.type(markLines(now));
      await within(here, drainMs);
    },
    type: (line) => void (alive && channel.stdin.write(line)),
    listener: undefined,
    directory: () => directory,
    ended,
    alive: () => alive,
    kill: () => {
      void connection.ask('kill', 'KILL', shell.pid);
      setTimeout(() => channel.kill(), killMs).unref();
    },
    hangUp: () => void channel.stdin.end(),
  };
  channel.stdout.on('data', readAnswers(token, answered));
  channel.once('close', () => over({ exit: 137, signal: 'SIGKILL' }));
  channel.stdin.write(`${token} ${mark}\n`);
  try {
    await ready(shell, setUp(token, state.directory, state.exported), options.timeoutScale);
  } catch (error) {
    channel.kill();
    const lost = await connection.lost();
    if (lost !== undefined) throw lost;
    const cause = String(error).replace(/^Error: /, '');
    const detail = Buffer.from(said.collected().bytes).toString().trim();
    throw new UserError(`cannot open the session ${options.name}: ${cause}`, { status: 3, detail });
  }
  startTicks = (await processes.list()).get(shell.pid)?.startTicks ?? 0;
  return shell;
}

async function within(work: Promise<void>, limitMs: number): Promise<void> {
  const limit = new AbortController();
  const late = sleep(limitMs, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  limit.abort();
}
