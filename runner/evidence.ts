/** What a machine has to say about itself: its boot always, its journal and console when a step failed. */
import type { Emit } from '../src/event.ts';
import type { Job } from '../src/plan.ts';
import { attach } from './artifacts.ts';
import { readBootData } from './backends/nspawn/boot-data.ts';
import type { Machine } from './machine.ts';
import { notice, wordCoredumps, wordOopses, type Noticed } from './noticed.ts';
import type { Masking } from './secrets.ts';

export interface EvidenceOptions {
  readonly emit: Emit;
  readonly directory: string;
  readonly masking?: Pick<Masking, 'file'> | undefined;
  readonly signal: AbortSignal;
}

const questions: readonly { readonly name: string; readonly argv: readonly string[] }[] = [
  { name: 'journal.txt', argv: ['journalctl', '-b', '--no-pager', '-o', 'short-precise', '-n', '5000'] },
  { name: 'failed-units.txt', argv: ['systemctl', '--failed', '--no-pager'] },
  { name: 'critical-chain.txt', argv: ['systemd-analyze', 'critical-chain', '--no-pager'] },
  { name: 'blame.txt', argv: ['systemd-analyze', 'blame', '--no-pager'] },
];

/** A machine that hangs must not hold up the verdict. */
const limitMs = 5000;

/** `on` tells it from the job's other machines. */
export async function tellFailure(
  job: string,
  machine: Machine,
  options: EvidenceOptions & { readonly on?: string | undefined },
): Promise<void> {
  if (!machine.booted) return;
  const prefix = options.on === undefined ? '' : `${options.on}-`;
  const console = machine.console();
  if (console.length > 0)
    await attach({
      ...options,
      job,
      name: `${prefix}console.txt`,
      mediaType: 'text/plain',
      content: console,
    });
  await Promise.all(
    questions.map(async ({ name, argv }) => {
      const answer = await machine
        .exec(argv, { signal: options.signal, timeoutMs: limitMs })
        .catch(() => undefined);
      if (answer === undefined || answer.timedOut || answer.stdout === '') return;
      await attach({
        ...options,
        job,
        name: `${prefix}${name}`,
        mediaType: 'text/plain',
        content: Buffer.from(answer.stdout),
      });
    }),
  );
}

export async function tellBoot(
  job: string,
  step: string,
  machine: Machine,
  options: EvidenceOptions,
): Promise<void> {
  if (!machine.booted) return;
  const read = await readBootData(machine, options.signal).catch(() => undefined);
  for (const text of wordCoredumps(read?.coredumps ?? [])) options.emit({ type: 'note', job, text });
  if (read?.boot === undefined) return;
  const { boot } = read;
  options.emit({ type: 'boot', job, step, boot });
  options.emit({ type: 'measure', job, step, name: 'boot', value: boot.totalMs, unit: 'ms' });
}

/** Of this computer, whose kernel every job has. */
export function tellNoticed(job: Job, before: Noticed, emit: Emit): void {
  const after = notice();
  const fresh =
    job.machine.kind === 'host' ? after.coredumps.filter((name) => !before.coredumps.includes(name)) : [];
  for (const text of [...wordOopses(before, after), ...wordCoredumps(fresh)])
    emit({ type: 'note', job: job.name, text });
}
