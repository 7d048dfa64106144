/** How the jobs of a run came out before: the last outcomes, how often they were flaky, and their boot times. */
import { describeTally, OUTCOME_WORDS } from '../../src/describe.ts';
import { describeDuration } from '../../src/describe-text.ts';
import { jobHistories, type BootTrend, type HistoryLine, type JobHistory } from '../../src/history.ts';
import type { RunResult } from '../../src/result.ts';
import { html, type Html } from './element.ts';
import { icon } from './outcome.ts';
import { anchorHref, dateTime, jobAnchor } from './words.ts';

/** Nothing where nothing ran before. */
export function historyHtml(lines: readonly HistoryLine[], result: RunResult): Html {
  const histories = jobHistories(lines, result);
  if (histories.length === 0) return html``;
  const jobs = new Set(result.jobs.map(({ job }) => job));
  return html`<section class="history" aria-labelledby="history">
    <h2 id="history">History</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="History of the jobs">
      <table class="machines">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Last runs, the newest last</th>
            <th scope="col">Flaky</th>
            <th scope="col">Boot</th>
          </tr>
        </thead>
        <tbody>
          ${histories.map((history) => rowHtml(history, jobs.has(history.job)))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function rowHtml({ job, lines, flakes, boot }: JobHistory, isThere: boolean): Html {
  return html`<tr>
    <td>${isThere ? html`<a href="${anchorHref(jobAnchor({ job }))}">${job}</a>` : job}</td>
    <td>
      <ol class="past">
        ${lines.map(
          ({ outcome, t }) =>
            html`<li>${icon(outcome)}<span class="sr">${OUTCOME_WORDS[outcome]}, ${dateTime(t)}</span></li>`,
        )}
      </ol>
      ${describeTally(lines.map(({ outcome }) => outcome))}
    </td>
    <td>
      ${flakes === 0 ? 'no' : `${Math.round((flakes / lines.length) * 100)} % (${flakes} of ${lines.length})`}
    </td>
    <td>${boot && trend(boot)}</td>
  </tr>`;
}

/** One run beyond all before is worth a look, and no proof. */
function trend({ nowMs, lowMs, highMs, runs }: BootTrend): string {
  const now = describeDuration(nowMs);
  const word = nowMs > highMs ? ', the slowest' : nowMs < lowMs ? ', the fastest' : '';
  if (runs === 1) return `${now}, before ${describeDuration(lowMs)}`;
  return `${now}${word}, before ${describeDuration(lowMs)} to ${describeDuration(highMs)} in ${runs} runs`;
}
