/** What a machine has to say about itself: its boot always, its journal and console when a step failed. */
import type { Emit } from '../src/event.ts';
import { attach } from './artifacts.ts';
import { readBootData } from './backends/nspawn/boot-data.ts';
import type { Machine } from './machine.ts';
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
  const boot = await readBootData(machine, options.signal).catch(() => undefined);
  if (boot === undefined) return;
  options.emit({ type: 'boot', job, step, boot });
  options.emit({ type: 'measure', job, step, name: 'boot', value: boot.totalMs, unit: 'ms' });
}
