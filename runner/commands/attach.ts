/** `rootlab attach`: a shell in the machine of a job that another rootlab runs on this computer. */
import { UserError } from '../../src/error.ts';
import { nearest } from '../../src/nearest.ts';
import { requireRoot } from '../capsule/run-scope.ts';
import type { Command } from '../command.ts';
import { openShell } from '../interactive.ts';
import { findRunning, runningJobs, type RunningJob } from '../running.ts';

export const attach: Command = {
  summary: 'Open a shell in the machine of a running job',
  usage: 'JOB [COMMAND …]',
  description:
    'The job goes on meanwhile, and when it ends its machine goes, and the shell with it. With a COMMAND it is run\n' +
    'instead. A beginning, up to a /, an @ or a comma, that only one running job has will do; of several runs of a job\n' +
    'the newest is meant. "run --shell before=STEP" stops a job at a step.',
  passesOn: true,
  options: {},
  examples: [
    ['rootlab attach units/hello@debian-12', 'a shell beside the steps'],
    ['rootlab attach units/hello@debian-12 systemctl list-jobs', 'what it waits for'],
  ],
  async execute(input) {
    requireRoot('enter machines');
    const [name = '', ...command] = input.words;
    const running = runningJobs();
    const found = findRunning(name, running);
    if (found === undefined) throw notRunning(name, running);
    const argv = found.argv.map((word) => (word.startsWith('TERM=') ? `TERM=${terminal()}` : word));
    if (command.length === 0 && process.stdin.isTTY)
      process.stderr.write(`a shell in the machine of ${found.job}; "exit" leaves it, and the job goes on\n`);
    return openShell(command.length === 0 ? argv : [...argv, '-c', 'exec "$@"', 'bash', ...command]);
  },
};

function terminal(): string {
  return process.env['TERM'] ?? 'dumb';
}

function notRunning(name: string, running: readonly RunningJob[]): UserError {
  const names = [...new Set(running.map(({ job }) => job))];
  const near = nearest(name, names) ?? names.find((job) => name !== '' && job.includes(name));
  const list = names.length === 0 ? 'no job runs on this computer' : `running: ${names.join(', ')}`;
  return new UserError(
    name === '' ? 'rootlab attach needs a job' : `cannot attach to "${name}": no such job is running`,
    { hint: near === undefined ? list : `did you mean "${near}"? ${list}` },
  );
}
