/** Every shipped scenario on all of its images, through the program; and each of its expectations broken once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

import { readLog } from '../../reports/jsonl.ts';
import { homeDirectory } from '../../runner/home.ts';
import { loadJobs } from '../../runner/load.ts';
import type { Collected, Run } from '../../runner/machine.ts';
import { judgeSeen } from '../../runner/observe.ts';
import { failureLines } from '../../src/describe-failure.ts';
import { createFold } from '../../src/fold.ts';
import type { Job } from '../../src/plan.ts';
import { outputText, type JobResult, type RunResult, type StepResult } from '../../src/result.ts';
import type { Stream } from '../../src/event.ts';
import type { Expectation, Step } from '../../src/scenario.ts';
import { brokenExpectations } from '../system/broken.ts';
import { rootlab } from '../system/program.ts';

// Images may have to be made first, and one step of three jobs takes most of a minute.
t.setTimeout(1_200_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';
const home = homeDirectory;

t.test('all shipped scenarios pass on all of their images', { skip }, async (t) => {
  const output = t.testdir();
  const log = join(output, 'log.jsonl');
  const words = [
    'run',
    join(home, 'scenarios'),
    '--allow-host',
    `--output=${output}`,
    `--reporter=jsonl=${log}`,
  ];
  const ended = await rootlab(t, words, { cwd: home });
  const { jobs: results } = await foldLog(log);
  const { jobs } = await loadJobs([join(home, 'scenarios')], {});
  t.same(
    results.map((result) => result.job),
    jobs.map(({ name }) => name),
    'all jobs are there',
  );
  const hosts = new Set(jobs.filter(({ machine }) => machine.kind === 'host').map(({ name }) => name));
  const excluded = new Map(jobs.map((job) => [job.name, job.excluded]));
  for (const result of results) {
    const { reason } = result;
    if (excluded.get(result.job) !== undefined)
      t.match(result, { outcome: 'skipped', reason: excluded.get(result.job) });
    // What this very computer is not (systemd as PID 1, say) cannot be looked over here.
    else if (hosts.has(result.job) && result.outcome === 'skipped') t.match(reason, /^needs /, result.job);
    // Where controllers are bound to v1 the older systemd runs, and only that.
    else if (result.outcome === 'skipped')
      t.match(reason, /^needs controller-.* systemd 2(5[7-9]|6\d) of /, result.job);
    else t.equal(result.outcome, 'passed', `${result.job}\n${whatFailed(result)}`);
    for (const { facts } of result.machines)
      if (facts.backend === 'nspawn') t.match(facts.recipe, /^[0-9a-f]{12}$/, result.job);
  }
  t.equal(ended.status, 0, ended.stderr);
  for (const job of jobs) {
    const result = results.find((one) => one.job === job.name);
    if (result?.outcome === 'passed') await checkBroken(t, job, result);
  }
});

/** The same output must not satisfy an expectation of which one part was changed. */
async function checkBroken(t: Test, job: Job, result: JobResult): Promise<void> {
  await t.test(`each expectation of ${job.name} can fail`, async (t) => {
    const variables: Record<string, string> = { ...job.axes };
    for (const step of job.scenario.steps) {
      const seen = result.steps.find(({ id }) => id === step.id);
      if (step.verb === 'run' && seen?.exit !== undefined) {
        const judge = judgeAgain(step, seen, { ...variables });
        const differs = step.except.find(({ because }) => seen.reason === `differs: ${because}`);
        const { expect } = differs ?? step;
        t.same(await judge(expect), [], `${step.id} is judged as in the run`);
        for (const { what, value } of brokenExpectations(expect, seen.exit))
          t.ok((await judge(value)).length > 0, `${step.id}: ${what}`);
      }
      Object.assign(variables, seen?.captures);
    }
  });
}

function judgeAgain(step: Step, seen: StepResult, variables: Readonly<Record<string, string>>) {
  const text = (streams: readonly Stream[]): Collected => {
    const bytes = Buffer.from(outputText(seen.output, streams));
    return { bytes, totalBytes: bytes.length, cutBytes: 0, cutAt: bytes.length };
  };
  const run: Run = {
    exit: seen.exit ?? 0,
    stdout: text(['out', 'tty']),
    stderr: text(['err']),
    durationMs: seen.durationMs,
    ended: 'normal',
  };
  return async (expectation: Expectation) =>
    (await judgeSeen(expectation, run, variables, step.tty)).failures;
}

async function foldLog(file: string): Promise<RunResult> {
  const fold = createFold();
  for await (const event of readLog([readFileSync(file, 'utf8')], file)) fold.add(event);
  return fold.result();
}

function whatFailed(job: JobResult): string {
  const lines = job.steps.flatMap((step) =>
    step.failures.flatMap((failure) => failureLines(failure).map(({ text }) => `${step.id}: ${text}`)),
  );
  return [job.reason ?? '', ...lines].join('\n');
}
