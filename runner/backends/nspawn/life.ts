/** The boots of one machine, one after the other: whichever way a reboot comes, the next boot follows by itself. */
import { UserError } from '../../../src/error.ts';
import type { Failure } from '../../../src/event.ts';
import type { Capsule } from '../../capsule/capsule.ts';
import { unlessAborted } from '../../capsule/until.ts';
import { bootSignals } from './arguments.ts';
import type { Boot, BootFailure } from './boot.ts';

export interface Life {
  /** The boot that stands now, or stood last. */
  current(): Boot;
  /** The boot that stands, once a reboot under way is over. Throws where the machine has ended. */
  standing(): Promise<Boot>;
  /** What kept it from coming back, as of a first boot. */
  reboot(signal: AbortSignal): Promise<Failure | undefined>;
  /** No boot follows any more. */
  end(): void;
}

/** With `--keep-unit` a reboot ends systemd-nspawn with this status. */
const rebootStatus = 133;

export function keepAlive(
  name: string,
  capsule: Capsule,
  first: Boot,
  boot: (signal: AbortSignal) => Promise<Boot | BootFailure>,
): Life {
  const over = new AbortController();
  let current = first;
  let ended: string | undefined;
  let next: Promise<Boot | BootFailure> = Promise.resolve(first);
  const follow = async (before: Boot): Promise<void> => {
    const { status } = await before.ended;
    if (status !== rebootStatus || over.signal.aborted) {
      ended = status === 0 ? 'it was powered off' : `systemd-nspawn ended with ${status}`;
      return;
    }
    next = bootAgain(before);
    // Whoever waits for it hears that it was given up; perhaps nobody does.
    next.catch(() => {});
  };
  const bootAgain = async (before: Boot): Promise<Boot | BootFailure> => {
    capsule.startAgain();
    const after = await boot(over.signal);
    if (!after.ok) {
      ended = 'it did not come back from a reboot';
      return after;
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
    async standing() {
      await next;
      if (ended === undefined) return current;
      throw new UserError(`cannot reach the machine "${name}": ${ended}`, { status: 3 });
    },
    async reboot(signal) {
      signal.throwIfAborted();
      const before = current;
      process.kill(before.leader, bootSignals.reboot);
      await unlessAborted(before.ended, signal);
      // `follow` has seen the same end first, and has set the next boot going.
      const after = await unlessAborted(next, signal);
      if (!after.ok) return after.failure;
      if (after === before) await this.standing();
      return undefined;
    },
    end: () => over.abort(new Error('the machine is disposed of')),
  };
}
