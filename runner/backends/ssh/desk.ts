/** The desk of a session on another computer: one channel brings all that its shells print. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../../src/error.ts';
import type { Desk, Receive } from '../../session/desk.ts';
import { endShell } from '../../session/end.ts';
import { printLines } from '../../session/script.ts';
import { type Channel, type Connection, drawMark, script } from './connection.ts';
import { makeGate, type Gate } from './gate.ts';
import { processesThere } from './processes.ts';
import { output } from './scripts.ts';
import { startShellThere } from './shell.ts';

export interface DeskPlace {
  readonly connection: Connection;
  /** Of its files there: one word. */
  readonly id: string;
  /** Of the session, for people. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutScale?: number | undefined;
}

export interface Gates {
  readonly out: Gate;
  readonly err: Gate;
}

const openLimitMs = 10_000;

export async function deskThere(place: DeskPlace, receive: Receive): Promise<Desk> {
  const { connection, id } = place;
  await connection.ask('desk', id);
  const begin = drawMark();
  let open = false;
  const gate = (fd: 'out' | 'err'): Gate => makeGate((chunk) => (open ? receive(fd, chunk) : undefined));
  const gates: Gates = { out: gate('out'), err: gate('err') };
  const begun = markBoth(gates, begin);
  const printed = connection.open(script(output, 'rootlab-output', connection.dir, id, begin));
  printed.stdout.on('data', gates.out.add);
  printed.stderr.on('data', gates.err.add);
  await begins(place, printed, begun);
  open = true;
  const leaders = new Set<number>();
  const processes = processesThere(connection);
  let told = true;
  return {
    async start(state) {
      told = false;
      const shell = await startShellThere({ ...place, gates, processes, onTold: () => (told = true) }, state);
      leaders.add(shell.leader);
      return shell;
    },
    lay: (shell, sheet, content) => shell.type(printLines(sheet, content)),
    read: async () => connection.read(`${connection.dir}/${id}.input`),
    end: (shell) => endShell(shell, leaders),
    gone: async () => (told ? undefined : connection.lost()),
    close() {
      void connection.ask('end', id);
      printed.kill();
    },
  };
}

/** Settles when both streams have come to the mark. */
export async function markBoth({ out, err }: Gates, mark: string): Promise<void> {
  await Promise.all([out.until(mark), err.until(mark)]);
}

async function begins(
  { connection, name, timeoutScale = 1 }: DeskPlace,
  channel: Channel,
  begun: Promise<void>,
): Promise<void> {
  const limit = new AbortController();
  const closed = new Promise<string>(
    (resolve) => void channel.once('close', () => resolve('its channel ended')),
  );
  const limitMs = openLimitMs * timeoutScale;
  const late = sleep(limitMs, `no answer within ${limitMs / 1000}s`, { signal: limit.signal });
  late.catch(() => undefined);
  const cause = await Promise.race([begun, closed, late]);
  limit.abort();
  if (typeof cause !== 'string') return;
  channel.kill();
  throw (
    (await connection.lost()) ?? new UserError(`cannot open the session ${name}: ${cause}`, { status: 3 })
  );
}
