/** `rootlab run`: carries out scenarios, reports them, and ends with what they came to. */
import { availableParallelism } from 'node:os';
import { reporters } from '../../reports/index.ts';
import { defaultNames } from '../../src/defaults.ts';
import { UserError } from '../../src/error.ts';
import { count } from '../../src/describe-text.ts';
import type { ReporterName } from '../../src/image.ts';
import type { Job } from '../../src/plan.ts';
import { plannedTitle } from '../../src/step-text.ts';
import { withDefaults, type Command, type Input } from '../command.ts';
import { bisectErrorStatus, cannotTell, orCannotTell } from '../harness/bisect.ts';
import { shellChoices } from '../harness/shell-choice.ts';
import { carryOut, type Choices, type Prepared } from './carry-out.ts';
import { watchJobs } from './watch.ts';
import { jobOptions, selectJobs, type Selected } from './selection.ts';
import { chooseReporters } from './choose-reporters.ts';
import { readReporterChoices } from './reporter-choice.ts';

const when = ['on-failure', 'always', 'never'] as const;

export const run: Command = {
  summary: 'Run scenarios in throwaway machines, check what they show, and report it',
  usage: '[PATH|GLOB|JOB …] [OPTIONS]',
  description:
    'Without words, all scenarios below the current folder. A folder stands for the files in it; a job is named as\n' +
    '"rootlab list" prints it. Exit status: 0 nothing failed, 1 something failed, 2 bad input, 3 rootlab or the\n' +
    'computer could not do its part, 130 or 143 interrupted. Where the command line says nothing, "defaults" and\n' +
    `"reporters" of rootlab.yaml hold: defaults are those of ${defaultNames.join(', ')}.`,
  options: {
    ...jobOptions,
    jobs: {
      value: 'N',
      short: 'j',
      help: `how many at once (default: the number of cores, here ${availableParallelism()}); one that took longer than all the rest begins early`,
    },
    repeat: { value: 'N', help: 'run each job N times, as JOB,repeat=1 and so on; ends with a table' },
    from: { value: 'STEP', help: 'of one job: leave out the steps before this one' },
    until: { value: 'STEP', help: 'of one job: leave out the steps after this one' },
    watch: { help: 'run again what a saved file touches, until Ctrl-C; a save ends a run under way' },
    bisect: {
      help: 'for "git bisect run": 0 good, 1 bad, 125 cannot tell; other ends stop the bisection (128 and more)',
    },
    checkpoints: {
      help: 'keep what machines wrote after steps with "checkpoint"; a job that failed goes on from the last one',
    },
    strict: { help: 'a known issue that is gone fails its step' },
    'no-skip': { help: 'nothing may be skipped: unmet needs are errors, skipped steps fail the run' },
    'fail-fast': { help: 'begin no further job after one that did not pass' },
    keep: { value: 'WHEN', choices: when, help: 'keep the machines until Ctrl-C: on-failure or always' },
    shell: {
      value: 'WHEN',
      choices: shellChoices,
      help: 'open a shell in the machine before it goes: on-failure or always; or at a step, by its id',
    },
    reporter: {
      value: 'NAME[=FILE]',
      multiple: true,
      help: `${Object.keys(reporters).join(', ')}; repeatable (default: console on a terminal, tap on a pipe; and html and junit, always)`,
    },
    output: {
      value: 'DIR',
      help: 'where the log and the report go (default: reports/out beside rootlab.yaml, or here)',
    },
    'allow-host': { help: 'let scenarios with "machine: host" type on this very computer' },
    'timeout-scale': { value: 'N', help: 'multiply all time limits, on a slow computer (default: 1)' },
    'no-history': { help: 'neither add to history.jsonl beside the logs, nor show it on the page' },
    'no-defaults': { help: 'leave out "defaults" and "reporters" of rootlab.yaml' },
    'dry-run': { help: 'say what would run, and run nothing' },
  },
  examples: [
    ['rootlab run scenarios/nspawn', 'a folder'],
    ["rootlab run 'nspawn/echo@debian-12'", 'one job'],
    ['rootlab run --tag "boot and not slow"', 'by tags'],
    ['rootlab run --image debian-13 --shell on-failure', 'look at what failed'],
    ['rootlab run --rerun failed', 'once more what did not pass'],
    ['rootlab run --watch units/hello', 'while you write it'],
    ['git bisect run rootlab run --bisect units/hello', 'which commit broke it'],
  ],
  errorStatus: bisectErrorStatus,
  async execute(given) {
    const plain = given.flag('no-defaults');
    const prepare = ({ defaults, reporters: named }: Selected): Prepared => {
      const input = plain ? given : withDefaults(given, defaults);
      const choices = readChoices(input, plain ? undefined : named);
      return { input, choices, again: againOptions(given) };
    };
    checkTogether(given);
    // What the words say wrongly is told before what they lead to.
    readReporterChoices(given.values('reporter'));
    readNumbers(given);
    if (given.flag('watch')) return watchJobs(given, run, prepare);
    const selected = await orCannotTell(given.flag('bisect'), async () => selectJobs(given, run));
    if (selected === undefined) return cannotTell;
    const prepared = prepare(selected);
    for (const note of selected.notes) process.stderr.write(`note: ${note}\n`);
    if (prepared.input.flag('dry-run')) return dryRun(selected.jobs);
    return (await carryOut(selected, prepared)).status;
  },
};

/** Those that change what a job does; what rootlab.yaml says is there again by itself. */
function againOptions({ flag, value }: Input): readonly string[] {
  const flags = ['no-defaults', 'checkpoints', 'strict', 'no-skip'].filter((name) => flag(name));
  const values = ['from', 'until', 'timeout-scale'].flatMap((name) => {
    const given = value(name);
    return given === undefined ? [] : [`--${name}=${given}`];
  });
  return [...flags.map((name) => `--${name}`), ...values];
}

/** What the command line and the configuration say together. */
function readChoices(input: Input, named: readonly ReporterName[] | undefined): Choices {
  const reporters = chooseReporters(input, named);
  const { parallel, timeoutScale } = readNumbers(input);
  const hasShell = (input.value('shell') ?? 'never') !== 'never';
  if (hasShell && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new UserError('cannot open a shell: this is no terminal', {
      hint: 'use --keep=on-failure and enter the machine from a terminal',
    });
  }
  return { reporters, parallel: hasShell ? 1 : parallel, timeoutScale };
}

function readNumbers(input: Input): Pick<Choices, 'parallel' | 'timeoutScale'> {
  const parallel = readCount(input, 'jobs', availableParallelism());
  return { parallel, timeoutScale: readCount(input, 'timeout-scale', 1) };
}

function checkTogether(input: Input): void {
  refuseTogether(input, 'bisect', ['dry-run', 'watch']);
  refuseTogether(input, 'checkpoints', ['from', 'repeat', 'no-skip', 'dry-run']);
  refuseTogether(input, 'watch', ['dry-run', 'keep', 'shell', 'rerun', 'shard']);
}

/** Options that cannot both have their way. */
function refuseTogether(input: Input, name: string, others: readonly string[]): void {
  if (!input.flag(name)) return;
  const other = others.find((one) => input.flag(one) || input.value(one) !== undefined);
  if (other === undefined) return;
  throw new UserError(`option "--${name}" cannot stand beside "--${other}"`, {
    hint: `leave out --${other}`,
  });
}

function readCount(input: Input, name: string, fallback: number): number {
  const text = input.value(name);
  if (text === undefined) return fallback;
  const count = Number(text);
  if (!(count > 0) || (name === 'jobs' && !Number.isInteger(count))) {
    throw new UserError(`"${text}" is no value of --${name}`, {
      hint: `write a number above 0: --${name}=2`,
    });
  }
  return count;
}

function dryRun(jobs: readonly Job[]): number {
  for (const { name, scenario } of jobs) {
    process.stdout.write(`${name}  ${scenario.title}\n`);
    for (const step of scenario.steps) process.stdout.write(`    ${plannedTitle(step)}\n`);
  }
  process.stdout.write(`${count(jobs.length, 'job')} would run\n`);
  return 0;
}
