/** The boots of one machine, one after the other: whichever way a reboot comes, the next boot follows by itself. */
import { SEE_CONSOLE } from '../../../src/describe-hint.ts';
import { UserError } from '../../../src/error.ts';
import type { Failure, Fate } from '../../../src/event.ts';
import { unlessAborted } from '../../capsule/until.ts';
import { bootSignals } from './arguments.ts';
import type { Boot, BootFailure } from './boot.ts';

export interface Life {
  /** The boot that stands now, or stood last. */
  current(): Boot;
  /** The boot that stands, once a reboot under way is over. Throws where the machine has ended. */
  standing(): Promise<Boot>;
  /** How that boot went away; nothing while it stands. */
  fate(boot: Boot): Fate | undefined;
  /** What kept it from coming back, as of a first boot; the time holds for the way down and up. */
  reboot(signal: AbortSignal, timeoutMs?: number): Promise<Failure | undefined>;
  /** No boot follows any more. */
  end(): void;
}

/** With `--keep-unit` a reboot ends systemd-nspawn with this status. */
const rebootStatus = 133;
const FATES: ReadonlyMap<unknown, Fate> = new Map<unknown, Fate>([
  [0, 'powered-off'],
  [rebootStatus, 'rebooted'],
]);
/** Of Node: more is taken for 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

interface Boots {
  /** The next one; the time is of a reboot that somebody waits for. */
  boot(signal: AbortSignal, timeoutMs: number | undefined): Promise<Boot | BootFailure>;
  /** The end of what the console says. */
  said(): string;
}

export function keepAlive(name: string, first: Boot, { boot, said }: Boots): Life {
  const over = new AbortController();
  let current = first;
  let ended: string | undefined;
  const fates = new WeakMap<Boot, Fate>();
  let leftMs: (() => number) | undefined;
  let next: Promise<Boot | BootFailure> = Promise.resolve(first);
  const follow = async (before: Boot): Promise<void> => {
    const { status } = await before.ended;
    fates.set(before, FATES.get(status) ?? 'ended');
    if (status !== rebootStatus || over.signal.aborted) {
      ended = status === 0 ? 'it was powered off' : `systemd-nspawn ended with ${status}`;
      return;
    }
    next = bootAgain(before);
    // Whoever waits for it hears that it was given up; perhaps nobody does.
    next.catch(() => {});
  };
  const bootAgain = async (before: Boot): Promise<Boot | BootFailure> => {
    const after = await boot(over.signal, leftMs?.());
    if (!after.ok) {
      ended = 'it did not come back from a reboot';
      return { ok: false, failure: asItsOwn(after.failure) };
    }
    current = after;
    void follow(after);
    if (after.bootId !== before.bootId) return after;
    return {
      ok: false,
      failure: { kind: 'boot', message: 'the boot id is the same as before', evidence: [] },
    };
  };
  void follow(first);
  return {
    current: () => current,
    fate: (boot) => fates.get(boot),
    async standing() {
      if (ended === undefined) await next;
      if (ended === undefined) return current;
      throw new UserError(`cannot reach the machine "${name}": ${ended}`, {
        status: 3,
        hint: SEE_CONSOLE,
      });
    },
    async reboot(signal, timeoutMs) {
      signal.throwIfAborted();
      const before = current;
      const until = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
      leftMs = () => Math.max(1, Math.ceil(until - performance.now()));
      process.kill(before.leader, bootSignals.reboot);
      const late = AbortSignal.timeout(Math.min(leftMs(), longestTimerMs));
      try {
        await unlessAborted(before.ended, AbortSignal.any([signal, late]));
      } catch (error) {
        if (!late.aborted || signal.aborted) throw error;
        ended = 'it did not go down for a reboot';
        const message = `the system inside did not shut down within ${(timeoutMs ?? longestTimerMs) / 1000} s`;
        return { kind: 'boot', message, evidence: [{ title: 'console', text: said() }] };
      }
      // `follow` has seen the same end first, and has set the next boot going.
      const after = await unlessAborted(next, signal);
      if (!after.ok) return after.failure;
      if (after === before) await this.standing();
      return undefined;
    },
    end: () => over.abort(new Error('the machine is disposed of')),
  };
}

/** It was up before: what keeps it from starting now was done in it. */
function asItsOwn(failure: Failure): Failure {
  if (failure.kind !== 'error') return failure;
  const evidence = failure.detail === undefined ? [] : [{ title: 'console', text: failure.detail }];
  return { kind: 'boot', message: `the machine did not come back: ${failure.message}`, evidence };
}
