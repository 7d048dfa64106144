/** One question to a machine's own system: which boot it is, and whether it is up. */
import type { ShellPlace } from '../../machine.ts';
import { runAt } from '../../capsule/inside.ts';

export interface SystemAnswer {
  readonly bootId: string;
  /** As `systemctl is-system-running` says: `running`, `degraded` … */
  readonly state: string;
  /** As `systemctl --failed` lists them, where the state is not `running`. */
  readonly failedUnits: string;
}

// A system that begins to listen may refuse the first question: systemctl then says nothing of the state.
const script = `
read -r boot_id </proc/sys/kernel/random/boot_id
until state=$(systemctl is-system-running --wait); [ -n "$state" ]; do sleep 0.1; done
echo "$boot_id $state"
[ "$state" = running ] || systemctl --failed --no-pager`;

/** Answers once the boot has ended, however it ended; a hung job blocks it for ever. */
export async function askSystem(
  place: Pick<ShellPlace, 'prefix' | 'env'>,
  signal: AbortSignal,
): Promise<SystemAnswer> {
  const { stdout } = await runAt(place, ['/bin/sh', '-c', script], { signal });
  const [first = '', ...rest] = stdout.toString('utf8').split('\n');
  const [bootId = '', state = ''] = first.split(' ');
  return { bootId, state, failedUnits: rest.join('\n').trim() };
}
