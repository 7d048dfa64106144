/** What a step has for a learner: its question, and folded what helps with it. */
import type { Lesson, Question } from '../../src/event.ts';
import { count } from '../../src/describe-text.ts';
import { html, type Content, type Html } from './element.ts';
import { inlineMarkdown, markdownHtml } from './markdown.ts';

/** Its text where the title above does not say it; a computed answer is what the step printed. */
export function questionHtml(question: Question | undefined, title: string): Html | undefined {
  if (question === undefined) return undefined;
  const { text, choices, answer } = question;
  if (text === title && choices.length === 0 && answer === undefined) return undefined;
  return html`<div class="say">
    ${text === title ? undefined : markdownHtml(text)}${listHtml(choices)}${
      answer === undefined ? undefined : foldedHtml('Answer', html`<p>${answer}</p>`)
    }
  </div>`;
}

export function lessonHtml(lesson: Lesson | undefined): Html | undefined {
  if (lesson === undefined) return undefined;
  const { hints, explain, wrong, reset, solution } = lesson;
  const words = [
    ...counted(hints.length, 'hint'),
    ...counted(explain.length, 'explanation'),
    ...counted(wrong.length, 'wrong command'),
    ...(reset === undefined ? [] : ['reset']),
    ...(solution === undefined ? [] : ['solution']),
  ];
  if (words.length === 0) return undefined;
  return foldedHtml(words.join(', '), [
    hints.length === 0
      ? undefined
      : html`<ol>
          ${hints.map((hint) => html`<li>${inlineMarkdown(hint)}</li>`)}
        </ol>`,
    explain.map(
      ({ when, say }) =>
        html`<p>Where <code>${when}</code>:</p>
          ${markdownHtml(say)}`,
    ),
    wrong.map(({ run, hint }) => html`<p>Wrong <code>${run}</code>: ${inlineMarkdown(hint)}</p>`),
    typedHtml('Reset', reset),
    typedHtml('Solution', solution),
  ]);
}

function counted(amount: number, noun: string): readonly string[] {
  return amount === 0 ? [] : [count(amount, noun)];
}

function listHtml(items: readonly string[]): Html | undefined {
  return items.length === 0
    ? undefined
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
}

function typedHtml(title: string, text: string | undefined): Html | undefined {
  return text === undefined
    ? undefined
    : html`<p>${title}:</p>
        <pre class="plain">${text.trimEnd()}</pre>`;
}

function foldedHtml(title: string, body: Content): Html {
  return html`<details class="hints">
    <summary>${title}</summary>
    ${body}
  </details>`;
}
