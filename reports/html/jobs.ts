/** The tree of jobs: one line each, opened to its facts and its steps; those that went wrong stand open. */
import { jobReason, OUTCOME_WORDS } from '../../src/describe.ts';
import { count, describeDuration } from '../../src/describe-text.ts';
import { isBad } from '../../src/outcome.ts';
import type { AttemptResult, JobResult, Phase, RunResult } from '../../src/result.ts';
import { html, type Content, type Html } from './element.ts';
import { markdownHtml } from './markdown.ts';
import { badge, mark } from './outcome.ts';
import { filesHtml, stepHtml } from './step.ts';
import { jobAnchor } from './words.ts';

export async function* jobsHtml({ jobs }: RunResult): AsyncGenerator<Html> {
  yield html`<section class="jobs" aria-labelledby="jobs">
    <div class="head">
      <h2 id="jobs">Jobs <span class="count">${jobs.length}</span></h2>
      <div class="tools" hidden></div>
    </div>
  </section>`;
  if (jobs.length === 0) yield html`<p class="dim">No job ran.</p>`;
  const alone = jobs.length === 1;
  for (const job of jobs) {
    yield jobHead(job, alone);
    for (const phase of PHASES) {
      const steps = job.steps.filter((step) => step.phase === phase.name);
      if (steps.length === 0) continue;
      yield html`${phase.title === undefined ? undefined : html`<h4>${phase.title}</h4>`}
        <ol class="steps"></ol>`;
      for (const step of steps) yield stepHtml(job, step);
      yield html`</ol>`;
    }
    yield html`${filesHtml(job.attachments)}${earlierHtml(job.earlier)}</div></details>`;
  }
  yield html`</section>`;
}

const PHASES: readonly { readonly name: Phase; readonly title?: string }[] = [
  { name: 'boot' },
  { name: 'prepare', title: 'Prepare' },
  { name: 'steps' },
  { name: 'on-failure', title: 'Evidence' },
  { name: 'cleanup', title: 'Clean up' },
];

function jobHead(job: JobResult, alone: boolean): Html {
  const open = alone || isBad(job.outcome) ? html` open` : undefined;
  const reason = jobReason(job);
  return html`<details class="job" id="${jobAnchor(job)}" ${open}>
    <summary class="row">
      ${mark(job.outcome)}<span class="names"
        ><span class="title">${job.title}</span> <span class="name">${job.job}</span></span
      ><span class="facts">${shortFacts(job)}</span
      ><span class="time">${describeDuration(job.durationMs)}</span>
    </summary>
    <div class="inside">
      ${
        job.outcome === 'passed'
          ? undefined
          : html`<p class="why">${badge(job.outcome)} ${reason ?? OUTCOME_WORDS[job.outcome]}</p>`
      }${job.summary === undefined ? undefined : html`<div class="say">${markdownHtml(job.summary)}</div>`}${factsHtml(job)}${job.notes.map(
        (note) => html`<p class="note">${note}</p>`,
      )}
    </div>
  </details>`;
}

function shortFacts({ machine, steps }: JobResult): string {
  const parts = [
    machine?.systemd === undefined ? undefined : `systemd ${machine.systemd}`,
    count(steps.length, 'step'),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function factsHtml(job: JobResult): Html | undefined {
  const { machine } = job;
  const axes = Object.entries(job.axes).filter(
    ([name, value]) => name !== 'image' || value !== machine?.image,
  );
  const facts: [string, string | undefined][] = [
    ['image', machine?.image],
    ['os', machine?.os],
    ['systemd', machine?.systemdFull ?? machine?.systemd],
    ['kernel', machine?.kernel],
    ['cgroup', machine?.cgroup],
    ['backend', machine?.backend],
    ...axes,
    ['tags', job.tags.length === 0 ? undefined : job.tags.join(', ')],
  ];
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

function earlierHtml(attempts: readonly AttemptResult[]): Html | undefined {
  if (attempts.length === 0) return undefined;
  return html`<h4>Earlier attempts</h4>
    <ul class="files">
      ${attempts.map(
        (attempt) =>
          html`<li>
            ${badge(attempt.outcome)} attempt ${attempt.attempt}
            <span class="dim">${jobReason(attempt) ?? ''} ${describeDuration(attempt.durationMs)}</span>
          </li>`,
      )}
    </ul>`;
}
