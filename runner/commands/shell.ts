/** `rootlab shell`: a person, or a script on standard input, in a throwaway machine. */
import { failureLines } from '../../src/describe-failure.ts';
import { UserError } from '../../src/error.ts';
import type { Emit } from '../../src/event.ts';
import { formatSize, parseSize } from '../../src/quantity.ts';
import type { RootSpec } from '../../src/scenario.ts';
import { startMachine } from '../backends/index.ts';
import { openRun, requireRoot } from '../capsule/run-scope.ts';
import type { Command, Input } from '../command.ts';
import { openShell } from '../interactive.ts';
import { prepareImages } from '../job-images.ts';
import { loadCatalogue } from '../load.ts';
import { openSession } from '../session/index.ts';

export const shell: Command = {
  summary: 'Open a shell in a throwaway machine',
  usage: 'IMAGE [COMMAND …]',
  description:
    'The machine boots, you get its shell, and when you leave it is gone. With a COMMAND it is run instead.',
  passesOn: true,
  options: {
    'no-init': { help: 'a root without a running system: commands only, up at once' },
    tree: {
      value: 'PATH=IMAGE',
      multiple: true,
      help: 'lay a tree into it, for nested machines; repeatable',
    },
    disk: { value: 'SIZE', help: 'how much may be written (default: 4G)' },
    memory: { value: 'SIZE', help: 'a limit for all its processes (default: none)' },
  },
  examples: [
    ['rootlab shell debian-12', 'a booted machine'],
    ['rootlab shell debian-13 systemd-analyze blame', 'one command in one'],
    ['rootlab shell debian-12 --tree /var/lib/machines/tree=debian-13', 'with a tree to boot in it'],
  ],
  async execute(input) {
    const [image, ...command] = input.words;
    if (image === undefined)
      throw new UserError('rootlab shell needs an image', {
        hint: 'rootlab shell debian-12; "rootlab images list" names them',
      });
    requireRoot('make machines');
    const spec = readSpec(input, image);
    const catalogue = await loadCatalogue();
    const ready = await prepareImages(catalogue, { emit, signal: input.signal })(spec);
    await using run = await openRun({ jobs: 1 });
    const started = await startMachine({
      ...ready,
      run,
      spec,
      name: 'machine',
      openSession,
      onConsole: () => undefined,
      signal: input.signal,
    });
    if (!started.ok)
      throw new UserError(
        failureLines(started.failure)
          .map(({ text }) => text)
          .join('\n'),
        { status: 3 },
      );
    await using machine = started.machine;
    const interactive = machine.shellArgv();
    // The machine goes when this function returns: wait for the shell first.
    return await openShell(
      command.length === 0 ? interactive : [...interactive, '-c', 'exec "$@"', 'bash', ...command],
    );
  },
};

const emit: Emit = (event) => {
  if (event.type === 'note') process.stderr.write(`${event.text}\n`);
};

function readSpec(input: Input, image: string): RootSpec {
  const at = { file: 'command line', line: 1, column: 1 };
  return {
    kind: 'root',
    name: 'machine',
    linked: false,
    image,
    init: !input.flag('no-init'),
    bootTimeoutMs: 60_000,
    trees: input.values('tree').map((text) => {
      const [path = '', tree] = text.split('=');
      if (!path.startsWith('/') || tree === undefined) {
        throw new UserError(`"${text}" is no value of --tree`, {
          hint: 'write --tree=/var/lib/machines/NAME=IMAGE',
        });
      }
      return { path, image: tree, at };
    }),
    packages: [],
    files: [],
    diskBytes: size(input, 'disk') ?? 4 * 1024 ** 3,
    memoryBytes: size(input, 'memory'),
    user: 'root',
    network: 'none',
    ports: [],
    at,
  };
}

function size(input: Input, name: string): number | undefined {
  const text = input.value(name);
  if (text === undefined) return undefined;
  const bytes = parseSize(text);
  if (bytes === undefined || bytes < 1024 ** 2)
    throw new UserError(`"${text}" is no value of --${name}`, {
      hint: `write a size of at least 1M with its unit: --${name}=${formatSize(2 * 1024 ** 3)}`,
    });
  return bytes;
}
