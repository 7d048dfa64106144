/** The tree of jobs: one line each, opened to its facts and its steps; those that went wrong stand open. */
import { describeAttempts, jobReason, OUTCOME_WORDS } from '../../src/describe.ts';
import { count, describeDuration } from '../../src/describe-text.ts';
import { isBad } from '../../src/outcome.ts';
import type { AttemptResult, JobMachine, JobResult, Phase, RunResult } from '../../src/result.ts';
import { filesHtml } from './files.ts';
import { html, within, type Content, type Html } from './element.ts';
import { markdownHtml } from './markdown.ts';
import { badge, mark } from './outcome.ts';
import { createPacker, planPacking, type Packing } from './packing.ts';
import type { Shared, StepPlace } from './step.ts';
import { fullPacks, stepsHtml, type Sheet } from './steps.ts';
import { jobAnchor } from './words.ts';

export function jobsHtml(result: RunResult, shared: Shared): AsyncGenerator<Html> {
  return within('section', { class: 'jobs', 'aria-labelledby': 'jobs' }, allJobs(result, shared));
}

async function* allJobs(result: RunResult, shared: Shared): AsyncGenerator<Html> {
  const { jobs } = result;
  const packing = planPacking(result);
  const sheet = { shared, packing, details: createPacker(), rows: createPacker('r') };
  yield html`<div class="head">
    <h2 id="jobs">Jobs <span class="count">${jobs.length}</span></h2>
    <div class="tools" hidden></div>
  </div>`;
  if (jobs.length === 0) yield html`<p class="dim">No job ran.</p>`;
  if (packing.packed.size > 0) yield largeNote(packing);
  for (const job of jobs) {
    const open = jobs.length === 1 || isBad(job.outcome) || job.outcome === 'running' ? '' : undefined;
    const systemd = job.machines.flatMap(({ facts }) => facts.systemd ?? []);
    const known = {
      'data-tags': job.tags.length === 0 ? undefined : job.tags.join(' '),
      'data-systemd': systemd.length === 0 ? undefined : [...new Set(systemd)].join(' '),
    };
    yield* within('details', { class: 'job', id: jobAnchor(job), ...known, open }, jobHtml(job, sheet));
  }
  yield* fullPacks(sheet, true);
}

/** The page's script takes it away: it unpacks what is missing. */
function largeNote({ packed, rows }: Packing): Html {
  const more =
    rows.size === 0 ? '' : `, and only counts ${count(rows.size, 'more step')} that passed or did not run`;
  const packedWords = count(packed.size, 'passed step');
  // A note keeps its line breaks.
  return html`<p class="note large">
    ${`This page is large. Without JavaScript it shows only the first or last line of output of ${packedWords}${more}. All of it is in the event log.`}
  </p>`;
}

async function* jobHtml(job: JobResult, sheet: Sheet): AsyncGenerator<Html> {
  yield html`<summary class="row">
    ${mark(job.outcome)}<span class="names"
      ><span class="title">${job.title}</span> <span class="name">${job.job}</span></span
    ><span class="facts">${shortFacts(job)}</span
    ><span class="time">${describeDuration(job.durationMs)}</span>
  </summary>`;
  yield* within('div', { class: 'inside' }, insideHtml(job, sheet));
}

async function* insideHtml(job: JobResult, sheet: Sheet): AsyncGenerator<Html> {
  if (job.outcome !== 'passed')
    yield html`<p class="why">${badge(job.outcome)} ${jobReason(job) ?? OUTCOME_WORDS[job.outcome]}</p>`;
  if (job.summary !== undefined) yield html`<div class="say">${markdownHtml(job.summary)}</div>`;
  yield html`${factsHtml(job)}${job.notes.map((note) => html`<p class="note">${note}</p>`)}`;
  yield* phasesHtml({ job, hasCards: true, ...sheet.shared }, sheet);
  yield await jobFilesHtml(job, sheet);
  for (const attempt of job.earlier) yield* attemptHtml(job, attempt, sheet);
}

/** Not under the heading of the phase above them. */
async function jobFilesHtml({ attachments }: AttemptResult, sheet: Sheet): Promise<Html> {
  const files = await filesHtml(attachments, sheet.shared);
  return files === undefined
    ? html``
    : html`<h3 class="phase">Files</h3>
        ${files}`;
}

async function* phasesHtml(place: StepPlace, sheet: Sheet): AsyncGenerator<Html> {
  let above: string | undefined;
  for (const { name, title } of PHASES) {
    const steps = place.job.steps.filter(({ phase }) => phase === name);
    if (steps.length === 0) continue;
    // The steps themselves need a name only where they would seem to belong to what stands above.
    above = title ?? (above === undefined ? undefined : 'Steps');
    if (above !== undefined) yield html`<h3 class="phase">${above}</h3>`;
    yield* within('ol', { class: 'steps' }, stepsHtml(place, steps, sheet));
  }
}

/** An earlier go at the job, with all that it did. */
async function* attemptHtml(job: JobResult, attempt: AttemptResult, sheet: Sheet): AsyncGenerator<Html> {
  const name = `${job.job}/attempt-${attempt.attempt}`;
  yield* within(
    'details',
    { class: 'attempt', id: jobAnchor({ job: name }) },
    attemptParts({ ...job, ...attempt, job: name }, sheet),
  );
}

async function* attemptParts(job: JobResult, sheet: Sheet): AsyncGenerator<Html> {
  yield html`<summary class="row">
    ${badge(job.outcome)}<span class="names"
      >attempt ${job.attempt} <span class="dim">${jobReason(job)}</span></span
    ><span class="time">${describeDuration(job.durationMs)}</span>
  </summary>`;
  yield html`${job.notes.map((note) => html`<p class="note">${note}</p>`)}`;
  yield* phasesHtml({ job, hasCards: false, ...sheet.shared }, sheet);
  yield await jobFilesHtml(job, sheet);
}

const PHASES: readonly { readonly name: Phase; readonly title?: string }[] = [
  { name: 'boot' },
  { name: 'prepare', title: 'Prepare' },
  { name: 'steps' },
  { name: 'on-failure', title: 'Evidence' },
  { name: 'cleanup', title: 'Clean up' },
  { name: 'leaks', title: 'Left behind' },
];

function shortFacts(job: JobResult): string {
  const { machines, steps } = job;
  const versions = new Set(machines.flatMap(({ facts }) => facts.systemd ?? []));
  const systemd = versions.size === 0 ? [] : [`systemd ${[...versions].join(' + ')}`];
  const counted = steps.filter(({ phase }) => phase !== 'on-failure').length;
  return [describeAttempts(job) ?? [], systemd, count(counted, 'step')].flat().join(' · ');
}

function factsHtml({ axes, machines, tags }: JobResult): readonly Content[] {
  const images = new Set(machines.map(({ facts }) => facts.image));
  const further = Object.entries(axes).filter(([name, value]) => name !== 'image' || !images.has(value));
  const common: readonly Fact[] = [...further, ['tags', tags.length === 0 ? undefined : tags.join(', ')]];
  if (machines.length < 2) return [valuesHtml([...machines.flatMap(machineFacts), ...common])];
  return [...machines.map(machineFacts), common].map(valuesHtml);
}

type Fact = readonly [name: string, value: string | undefined];

function machineFacts({ on, facts }: JobMachine): readonly Fact[] {
  return [
    ['machine', on],
    ['image', facts.image],
    ['recipe', facts.recipe],
    ['os', facts.os],
    ['systemd', facts.systemdFull ?? facts.systemd],
    ['kernel', facts.kernel],
    ['cgroup', facts.cgroup],
    ['backend', facts.backend],
  ];
}

function valuesHtml(facts: readonly Fact[]): Html | undefined {
  const shown: Content[] = facts.flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
        ],
  );
  return shown.length === 0 ? undefined : html`<dl class="values">${shown}</dl>`;
}
