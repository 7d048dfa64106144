/** Which reporters speak: those that were asked for, and what a terminal, a pipe or a CI service wants by itself. */
import type { Input } from '../command.ts';
import { readReporterChoices, type ReporterChoice, usesStdout } from './reporting.ts';

export function chooseReporters(input: Input): readonly ReporterChoice[] {
  const given = readReporterChoices(input.values('reporter'));
  const speaks = given.some(usesStdout);
  const first: readonly ReporterChoice[] = speaks ? [] : [{ name: process.stdout.isTTY ? 'console' : 'tap' }];
  const page: readonly ReporterChoice[] = given.some(({ name }) => name === 'html') ? [] : [{ name: 'html' }];
  return [...first, ...given, ...page, ...(input.values('reporter').length === 0 ? ciReporters() : [])];
}

/** Where a CI service is at work, what it shows by itself; a choice of the user's replaces it. */
function ciReporters(): readonly ReporterChoice[] {
  const found = CI.find(({ variable }) => process.env[variable] === 'true');
  if (found === undefined) return [];
  process.stderr.write(`note: this is ${found.service}: ${found.does} (--reporter chooses others)\n`);
  return [{ name: found.reporter }];
}
const CI = [
  {
    variable: 'GITHUB_ACTIONS',
    service: 'GitHub Actions',
    reporter: 'github',
    does: 'reporter "github" annotates what fails and adds to the job summary',
  },
  {
    variable: 'GITLAB_CI',
    service: 'GitLab CI',
    reporter: 'junit',
    does: 'reporter "junit" writes junit.xml into the folder of the run',
  },
] as const;
