/** The program: words, signals, exit status. */
import { version, versionLine } from './home.ts';

/** 128 + the signal's number. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-V') {
    process.stdout.write(versionLine());
    return 0;
  }
  const [{ commands }, { commandHelp, readWords }, { UserError }] = await Promise.all([
    import('./commands/index.ts'),
    import('./command.ts'),
    import('../src/error.ts'),
  ]);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const { help } = await import('./help.ts');
    process.stdout.write(await help(name === 'help' ? rest[0] : undefined));
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const { nearest } = await import('../src/nearest.ts');
    const near = nearest(name, Object.keys(commands));
    const hint = near === undefined ? '' : `did you mean "${near}"? `;
    throw new UserError(`unknown command "${name}"`, {
      hint: `${hint}the commands are: ${Object.keys(commands).join(', ')}`,
    });
  }
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(commandHelp(name, command));
    return 0;
  }
  try {
    return await command.execute(readWords(name, command, rest, stopSignal()));
  } catch (thrown) {
    const status = await report(thrown);
    return command.errorStatus?.(rest, status) ?? status;
  }
}

/** Aborts at the first Ctrl-C or SIGTERM; a third one ends the program where it stands: the janitor cleans up. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let count = 0;
  for (const [signal, status] of Object.entries(signals)) {
    process.on(signal, () => {
      count += 1;
      if (count === 1) controller.abort(signal);
      else if (count === 2) process.stderr.write('still cleaning up; once more to leave it to the janitor\n');
      else process.exit(status);
    });
  }
  return controller.signal;
}

async function report(thrown: unknown): Promise<number> {
  const { UserError } = await import('../src/error.ts');
  if (thrown instanceof UserError) {
    const { formatUserError } = await import('./help.ts');
    process.stderr.write(formatUserError(thrown));
    return thrown.status;
  }
  const status = Object.entries(signals).find(([name]) => name === thrown)?.[1];
  if (status !== undefined) return status;
  if (isFullOutput(thrown)) {
    process.stderr.write(`error: cannot write to standard output: the disk is full\nhint: make room there\n`);
    return 3;
  }
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  process.stderr.write(
    `error: rootlab itself failed; this is our bug\n${stack}\n` +
      `hint: please report it with this text and what you ran: rootlab ${version}, node ${process.version}\n`,
  );
  return 3;
}

/** A file that standard output goes to is written at once, and throws; a file that we open ourselves has a path. */
function isFullOutput(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    thrown.code === 'ENOSPC' &&
    'syscall' in thrown &&
    thrown.syscall === 'write' &&
    !('path' in thrown)
  );
}

/** Leaves when all is done, with the status that the words came to. */
export function runProgram(): void {
  // A reader that went away (`rootlab list | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  // A bug of ours must never look like a failed scenario.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (thrown: unknown) => {
      // One that cannot be told must not come back here for ever.
      void report(thrown).then(
        (status) => process.exit(status),
        () => process.exit(3),
      );
    });
  void main(process.argv.slice(2))
    .catch(report)
    .then((status) => {
      process.exitCode = status;
    });
}
