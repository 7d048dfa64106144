/** One failure as a person reads it: the sentence, then the evidence for it. */
import { describeFailure, hintsOnce } from '../../src/describe-failure.ts';
import { describePlace } from '../../src/describe-text.ts';
import type { Failure } from '../../src/event.ts';
import { alignmentHtml } from './alignment.ts';
import { html, type Html } from './element.ts';
import { outputHtml } from './output.ts';
import { FULL } from './output-lines.ts';

/** A comparison says most, so it leads. */
function leadingFirst(failures: readonly Failure[]): readonly Failure[] {
  const lead = failures.find(({ kind }) => kind === 'mismatch');
  return lead === undefined ? failures : [lead, ...failures.filter((failure) => failure !== lead)];
}

/** Whether the failure itself shows what the output's last lines would. */
export function hasEvidence(failure: Failure): boolean {
  return (
    failure.kind === 'mismatch' ||
    failure.kind === 'boot' ||
    (failure.kind === 'error' && failure.detail !== undefined)
  );
}

/** Of one step, in the order of reading. */
export async function failureParts(failures: readonly Failure[], label: string): Promise<readonly Html[]> {
  const all = leadingFirst(failures);
  const hints = hintsOnce(all);
  return Promise.all(
    all.map((failure, index) => failureHtml(failure, `${label}, failure ${index + 1}`, hints[index] ?? '')),
  );
}

async function failureHtml(failure: Failure, label: string, hint: string): Promise<Html> {
  return html`<div class="failure">
    <p class="cause">
      ${describeFailure(failure)}${
        'at' in failure && failure.at !== undefined
          ? html` <span class="place">${describePlace(failure.at)}</span>`
          : undefined
      }
    </p>
    ${await evidence(failure, label)}${hintHtml(hint)}
  </div>`;
}

async function evidence(failure: Failure, label: string): Promise<Html | undefined> {
  switch (failure.kind) {
    case 'mismatch': {
      const aligned = alignmentHtml(failure.mismatch, `${label}: expected and seen`);
      return html`${moreOf(failure.mismatch.message)}${aligned}`;
    }
    case 'fact':
      return factHtml(failure.expected, failure.actual, `${label}: ${failure.what}`);
    case 'boot':
      return html`${await Promise.all(
        failure.evidence.map(({ title, text }) => textHtml(text, `${label}: ${title}`, title)),
      )}`;
    case 'error': {
      const { detail } = failure;
      return html`${moreOf(failure.message)}${
        detail === undefined ? undefined : await textHtml(detail, `${label}: last lines`, 'Last lines')
      }`;
    }
    case 'exit':
    case 'timeout':
      return undefined;
    default:
      return failure satisfies never;
  }
}

function hintHtml(hint: string): Html | undefined {
  return hint === '' ? undefined : html`<p class="hint"><b>Hint</b> ${hint}</p>`;
}

async function textHtml(text: string, label: string, title: string): Promise<Html | undefined> {
  return outputHtml([{ fd: 'console', atMs: 0, text }], label, FULL, title);
}

/** Short ones are whole in the sentence. */
function factHtml(expected: string, actual: string, label: string): Html | undefined {
  if (!(expected + actual).includes('\n') && expected.length + actual.length < 100) return undefined;
  return alignmentHtml({ message: '', rows: [{ kind: 'differs', expected, actual }] }, label);
}

/** What follows the first line; that one is said already. */
function moreOf(message: string): Html | undefined {
  const rest = message.split('\n').slice(1).join('\n').trimEnd();
  return rest === '' ? undefined : html`<pre class="plain">${rest}</pre>`;
}
