/** What systemd says of the units that a failed step speaks of, as if `on-failure` had asked. */
import type { Failure } from '../src/event.ts';
import type { Step } from '../src/scenario.ts';
import { ambientStep } from './ambient.ts';
import type { EvidenceOptions } from './evidence.ts';
import type { Collected, Machine } from './machine.ts';

const mostUnits = 5;
/** A machine that hangs must not hold up the verdict. */
const limitMs = 5000;

/** Those whose facts did not hold, and those of which systemctl said that their start failed. */
export function unitsOf(
  failures: readonly Failure[],
  printed: Readonly<Record<string, Collected>> = {},
): readonly string[] {
  const said = Object.values(printed).map(({ bytes }) => Buffer.from(bytes).toString());
  const facts = failures.flatMap((failure) =>
    failure.kind === 'fact' ? [failure.what] : failure.kind === 'timeout' ? [failure.waitedFor] : [],
  );
  const found = [
    ...facts.flatMap((fact) => [...fact.matchAll(/\bunit (\S+) /g)]),
    // systemd: src/shared/bus-wait-for-jobs.c
    ...said.flatMap((text) => [...text.matchAll(/^Job for (\S+) (?:failed|canceled|timed out)/gm)]),
  ].map(([, unit = '']) => unit);
  return [...new Set(found)].slice(0, mostUnits);
}

export async function tellUnits(
  units: readonly string[],
  job: string,
  { at: place, on }: Step,
  machine: Machine,
  { emit, signal }: EvidenceOptions,
): Promise<void> {
  if (!machine.booted || units.length === 0) return;
  const argv = ['systemctl', 'status', '--no-pager', '--full', '--lines=5', '--', ...units];
  const id = 'status-of-failed-units';
  const step = { id, title: `systemctl status ${units.join(' ')}`, verb: 'run', place, on } as const;
  const ambient = { job, step, phase: 'on-failure', command: argv.join(' '), expected: '' } as const;
  await ambientStep({ ...ambient, timeoutMs: limitMs, emit, signal }, async () => {
    const { stdout, stderr, timedOut } = await machine.exec(argv, { signal, timeoutMs: limitMs });
    for (const [fd, text] of [
      ['out', stdout],
      ['err', stderr],
    ] as const)
      if (text !== '') emit({ type: 'output', job, step: id, fd, text });
    return { failures: [], notes: timedOut ? ['it did not answer in time'] : [] };
  });
}
