/** Files kept beside the log: artifacts of steps, and what a failed machine had to say. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
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
  const path = join('files', ...folder, ...name.split('/').map(fileName));
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  emit({ type: 'attachment', job, step, name, mediaType, path, sha256, sizeBytes: content.length });
}

type Keeping = Omit<Attachment, 'name' | 'mediaType' | 'content'> & {
  readonly machine: Machine;
  readonly path: string;
  readonly signal: AbortSignal;
};

/** What is not there is noted; the step's verdict is not ours to change. */
export async function keepArtifact(options: Keeping): Promise<void> {
  const { machine, path, signal, ...rest } = options;
  const folder = dirname(path);
  for (const file of await trying(options, () => filesAt(machine, path, signal)))
    await trying({ ...options, path: file }, async () => {
      const content = await machine.get(file, signal);
      await attach({ ...rest, name: relative(folder, file), mediaType: 'application/octet-stream', content });
      return [];
    });
}

async function trying<T>(
  { emit, job, step, path, signal }: Keeping,
  work: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return [];
    if (!(error instanceof UserError)) throw error;
    emit({ type: 'note', job, step, text: `cannot keep the artifact "${path}": ${error.message}` });
    return [];
  }
}

const MOST_FILES = 200;

/** The file itself, or all files below the directory. */
async function filesAt(machine: Machine, path: string, signal: AbortSignal): Promise<readonly string[]> {
  const argv = ['find', '-H', path, '-type', 'f', '-print0'];
  const { exit, stdout, stderr } = await machine.exec(argv, { signal });
  if (exit !== 0) throw new UserError(stderr.trim().split('\n').at(-1) ?? `find ends with ${exit}`);
  const files = stdout.split('\0').filter((file) => file !== '');
  if (files.length === 0) throw new UserError('there is no file in it');
  if (files.length > MOST_FILES)
    throw new UserError(`it holds ${files.length} files, more than ${MOST_FILES}; keep a tar of it`);
  return files.toSorted();
}

function fileName(text: string): string {
  return text.replace(/[^A-Za-z0-9._@=+-]+/g, '-').slice(0, 120);
}
