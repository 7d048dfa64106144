/** A person at a shell: the terminal is handed over, and taken back when it ends. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UserError } from '../src/error.ts';

const ignore = (): void => undefined;

/** The exit status of the shell; Ctrl-C in it is its own business. */
export async function openShell(argv: readonly string[]): Promise<number> {
  const [program = 'sh', ...rest] = argv;
  return new Promise<number>((resolve, reject) => {
    process.on('SIGINT', ignore);
    const child = spawn(program, rest, { stdio: 'inherit' });
    child.once('error', (error) => {
      process.off('SIGINT', ignore);
      reject(new UserError(`cannot open a shell: ${error.message}`, { status: 3 }));
    });
    child.once('close', (status, signal) => {
      process.off('SIGINT', ignore);
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
