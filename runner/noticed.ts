/** What is noted of every job, watched or not: oopses of the kernel, coredumps; read from files, at no cost. */
import { namesIn, textOf } from './glimpse.ts';

export interface Noticed {
  readonly oopses: number;
  /** Names of files in systemd-coredump's folder of this computer. */
  readonly coredumps: readonly string[];
}

export const coredumpFolder = '/var/lib/systemd/coredump';

export function notice(): Noticed {
  return {
    oopses: countOopses(textOf('/sys/kernel/oops_count'), textOf('/proc/sys/kernel/tainted')),
    coredumps: namesIn(coredumpFolder),
  };
}

/** Linux counts them since 6.2; before, bit 7 (`D`) of its taint says that there was one. */
export function countOopses(count: string, taint: string): number {
  return count === '' ? (Number(taint) >> 7) & 1 : Number(count);
}

/** The kernel is that of all jobs: an oops is noted by each that ran meanwhile. */
export function wordOopses(before: Noticed, after: Noticed): readonly string[] {
  return after.oopses > before.oopses
    ? ['the kernel of this computer has oopsed meanwhile: journalctl -k, or dmesg, says where']
    : [];
}

export function wordCoredumps(names: readonly string[]): readonly string[] {
  return names.map((name) => {
    // core.COMMAND.UID.BOOT-ID.PID.TIME, and a suffix where it is packed.
    const [, command] = /^core\.(.+)\.\d+\.[0-9a-f]{32}\.\d+\.\d+/.exec(name) ?? [];
    return `coredump${command === undefined ? '' : ` of ${command}`}: ${coredumpFolder}/${name}`;
  });
}
