/** When each unit of a boot came up, for the boot chart: what `systemd-analyze plot` reads, in two questions. */
import type { BootData, BootUnit } from '../../../src/event.ts';
import type { Machine } from '../../machine.ts';
import { coredumpFolder } from '../../noticed.ts';

/** Undefined in a machine without systemd as PID 1. Works on 247–262. */
export async function readBootData(
  machine: Machine,
  signal: AbortSignal,
): Promise<{ readonly boot: BootData | undefined; readonly coredumps: readonly string[] }> {
  const manager = 'Version,UserspaceTimestampMonotonic,FinishTimestampMonotonic';
  const units = 'Id,ActiveState,InactiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic';
  // Written by the shell itself: one more line, not one more process.
  const script = `set -- ${coredumpFolder}/core.*; echo "Coredumps=$*"; systemctl show -p ${manager}; echo; exec systemctl show '*' -p ${units}`;
  const { exit, stdout } = await machine.exec(['/bin/sh', '-c', script], { signal, timeoutMs: 10_000 });
  return { boot: exit === 0 ? parseBootData(stdout) : undefined, coredumps: parseCoredumps(stdout) };
}

/** Names of files; systemd-coredump escapes blanks in them. Where there are none the shell leaves its pattern as it is. */
export function parseCoredumps(text: string): readonly string[] {
  const [, paths = ''] = /^Coredumps=(.*)$/m.exec(text) ?? [];
  return paths.split(' ').flatMap((path) => {
    const name = path.replace(`${coredumpFolder}/`, '');
    return name === '' || name === 'core.*' ? [] : [name];
  });
}

/** The output of `systemctl show`: blocks of `Name=value`, the manager's own first. Times there are microseconds. */
export function parseBootData(text: string): BootData | undefined {
  const [manager, ...blocks] = text.split('\n\n').map(properties);
  const start = micros(manager?.get('UserspaceTimestampMonotonic'));
  const finish = micros(manager?.get('FinishTimestampMonotonic'));
  if (start === undefined || finish === undefined) return undefined;
  const since = (value: number): number => (value - start) / 1000;
  const units = new Map<string, BootUnit>();
  for (const block of blocks) {
    const name = block.get('Id');
    const activating = micros(block.get('InactiveExitTimestampMonotonic'));
    const activated = micros(block.get('ActiveEnterTimestampMonotonic'));
    // Started after the boot, or left over from before it: not of this chart.
    if (name === undefined || activating === undefined || activating < start || activating > finish) continue;
    units.set(name, {
      name,
      activatingMs: since(activating),
      activatedMs: since(Math.max(activating, Math.min(activated ?? activating, finish))),
      activeState: block.get('ActiveState') ?? '',
    });
  }
  return {
    systemdVersion: manager?.get('Version') ?? '',
    totalMs: since(finish),
    units: [...units.values()].toSorted((a, b) => a.activatingMs - b.activatingMs),
  };
}

function properties(block: string): ReadonlyMap<string, string> {
  return new Map(
    block
      .trim()
      .split('\n')
      .map((line): [string, string] => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );
}

/** 0 stands for "never". */
function micros(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
