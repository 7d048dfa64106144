/** A runner to be killed: boots a machine, says where it is, and waits. Arguments: image, tmpfs or loop. */
import { startMachine } from '../../runner/backends/nspawn/machine.ts';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { testImage } from './image.ts';

async function main(name: string, storage: string): Promise<void> {
  const over = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => over.abort(new Error(signal)));
  const image = await testImage(name);
  if (image === undefined) throw new Error(`no image ${name}`);
  await using run = await openRun({ jobs: 1 });
  process.stdout.write(`open ${run.id}\n`);
  const started = await startMachine({
    run,
    name: 'victim',
    image,
    trees: [],
    spec: {
      init: true,
      bootTimeoutMs: 60_000,
      diskBytes: storage === 'loop' ? run.ramBytes : 1024 ** 3,
      user: 'root',
    },
    openSession: () => Promise.reject(new Error('no sessions here')),
    onConsole: () => {},
    signal: over.signal,
  });
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  await using machine = started.machine;
  process.stdout.write('ready\n');
  await machine.exec(['sleep', 'infinity'], { signal: over.signal });
}

main(process.argv[2] ?? '', process.argv[3] ?? '').catch((error: unknown) => {
  process.stdout.write(`${String(error)}\n`);
  process.exitCode = 1;
});
