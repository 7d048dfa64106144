/**
 * Which reporters speak: those that were asked for, the page and `junit.xml` of every run, and what a terminal, a pipe or
 * a CI service wants by itself.
 */
import { dirname, resolve } from 'node:path';
import { UserError, type Place } from '../../src/error.ts';
import type { ReporterName } from '../../src/image.ts';
import type { Input } from '../command.ts';
import { wordProblems } from '../file-problem.ts';
import { pageReporters, readReporterChoices, type ReporterChoice, usesStdout } from './reporter-choice.ts';

/** `configured` are those of rootlab.yaml, which hold where the command line names none. */
export function chooseReporters(
  input: Input,
  configured: readonly ReporterName[] | undefined,
): readonly ReporterChoice[] {
  const words = input.values('reporter');
  const asked = words.length > 0 ? readReporterChoices(words) : configured && readConfigured(configured);
  const given = asked ?? [];
  const speaks = given.some(usesStdout);
  const first: readonly ReporterChoice[] = speaks ? [] : [{ name: process.stdout.isTTY ? 'console' : 'tap' }];
  // One with a file of its own comes on top: `rootlab open` and later readers look into the folder of the run.
  const names = given.filter(({ file }) => file === undefined).map(({ name }) => name);
  const always: readonly ReporterChoice[] = [
    ...(names.some((name) => pageReporters.has(name)) ? [] : [{ name: 'html' }]),
    ...(names.includes('junit') ? [] : [{ name: 'junit' }]),
  ];
  return [...first, ...given, ...always, ...(asked === undefined ? ciReporters() : [])];
}

/** Of rootlab.yaml, whose folder their files are taken from. */
export function readConfigured(configured: readonly ReporterName[]): readonly ReporterChoice[] {
  const words: string[] = [];
  return configured.flatMap(({ text, at }) => {
    const [name, ...file] = text.split('=');
    const path = file.join('=');
    words.push(path === '' ? text : `${name}=${resolve(dirname(at.file), path)}`);
    return placed(at, () => readReporterChoices(words, { makes: true })).slice(-1);
  });
}

/** What is wrong with the last of them is told where it stands. */
function placed<T>(at: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(wordProblems([{ at, message: error.message, hint: error.hint }]));
  }
}

/** Where a CI service is at work, what it shows by itself; a choice of the user's replaces it. */
function ciReporters(): readonly ReporterChoice[] {
  const found = CI.find(({ variable }) => process.env[variable] === 'true');
  if (found === undefined) return [];
  process.stderr.write(`note: this is ${found.service}: ${found.does} (--reporter chooses others)\n`);
  return found.reporters.map((name) => ({ name }));
}
const CI = [
  {
    variable: 'GITHUB_ACTIONS',
    service: 'GitHub Actions',
    reporters: ['github'],
    does: 'reporter "github" annotates what fails and adds to the job summary',
  },
  {
    variable: 'GITLAB_CI',
    service: 'GitLab CI',
    reporters: ['gitlab'],
    does: 'reporter "gitlab" writes annotations.json into the folder of the run, beside junit.xml',
  },
] as const;
