/** Files kept beside the log: artifacts of steps, and what a failed machine had to say. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../src/error.ts';
import type { Emit } from '../src/event.ts';
import type { Machine } from './machine.ts';
import type { Masking } from './secrets.ts';

export interface Attachment {
  readonly emit: Emit;
  /** The folder of the log. */
  readonly directory: string;
  readonly masking?: Pick<Masking, 'file'> | undefined;
  readonly job: string;
  readonly step?: string | undefined;
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

export async function attach(attachment: Attachment): Promise<void> {
  const { emit, directory, masking, job, step, name, mediaType } = attachment;
  const content = masking?.file(attachment.content) ?? attachment.content;
  const folder = [job, step].filter((part) => part !== undefined).map(fileName);
  const path = join('files', ...folder, fileName(name));
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  emit({ type: 'attachment', job, step, name, mediaType, path, sha256, sizeBytes: content.length });
}

/** A file that is not there is noted; the step's verdict is not ours to change. */
export async function keepArtifact(
  options: Omit<Attachment, 'name' | 'mediaType' | 'content'> & {
    readonly machine: Machine;
    readonly path: string;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { machine, path, signal, ...rest } = options;
  try {
    const content = await machine.get(path, signal);
    await attach({ ...rest, name: basename(path), mediaType: 'application/octet-stream', content });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof UserError)) throw error;
    options.emit({
      type: 'note',
      job: options.job,
      step: options.step,
      text: `cannot keep the artifact "${path}": ${error.message}`,
    });
  }
}

function fileName(text: string): string {
  return text.replace(/[^A-Za-z0-9._@=+-]+/g, '-').slice(0, 120);
}
