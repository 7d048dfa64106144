/** Machines for system tests: started from small or broken trees, destroyed with the test. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Test } from 'tap';

import {
  type MachineImage,
  type MachineOptions,
  startMachine,
  type Started,
} from '../../runner/backends/nspawn/machine.ts';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { readLabels } from '../../runner/images/layers.ts';
import { openSession } from '../../runner/session/index.ts';

export type StartOptions = Partial<MachineOptions['spec']> &
  Partial<Pick<MachineOptions, 'trees' | 'signal' | 'name'>>;

/** In a run of its own that ends with the test. */
export async function startFor(t: Test, image: MachineImage, options: StartOptions = {}): Promise<Started> {
  const { trees = [], signal = new AbortController().signal, name = 'machine', ...spec } = options;
  const run = await openRun({ jobs: 1 });
  t.teardown(() => run[Symbol.asyncDispose]());
  const started = await startMachine({
    run,
    name,
    image,
    trees,
    signal,
    openSession,
    onConsole: () => {},
    spec: { init: true, bootTimeoutMs: 60_000, diskBytes: 1024 ** 3, user: 'root', ...spec },
  });
  if (started.ok) t.teardown(() => started.machine[Symbol.asyncDispose]());
  return started;
}

/** `image` with files and links laid over it. */
export async function layerOver(
  t: Test,
  image: MachineImage,
  files: Readonly<
    Record<string, { readonly content: string; readonly mode?: number } | { readonly link: string }>
  >,
): Promise<MachineImage> {
  const layer = mkdtempSync(join(tmpdir(), 'rootlab-test-'));
  t.teardown(() => rmSync(layer, { recursive: true, force: true }));
  for (const [path, file] of Object.entries(files)) {
    mkdirSync(dirname(join(layer, path)), { recursive: true });
    if ('link' in file) symlinkSync(file.link, join(layer, path));
    else writeFileSync(join(layer, path), file.content, { mode: file.mode ?? 0o644 });
  }
  const layers = [layer, ...image.layers];
  return { name: `${image.name}-changed`, layers, labels: readLabels(layers) };
}
