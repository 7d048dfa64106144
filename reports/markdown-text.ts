/** Foreign text in Markdown: it opens no markup, mentions nobody, and ends no fence. */
import { firstLine, visible } from '../src/describe-text.ts';

/** One line as code; in code GitHub and GitLab link no `@name` and no `#1`. */
export function code(text: string, longest?: number): string {
  const line = oneLine(text, longest);
  // A table ends its cell at a bar even in a code span, and a backslash before one is read on its own.
  return /[`\\|]/.test(line) ? codeHtml(text, longest) : `\`${line}\``;
}

/** The same where Markdown is not read, as in the line of `<details>`. */
export function codeHtml(text: string, longest?: number): string {
  return `<code>${oneLine(text, longest).replaceAll(/[^\p{L}\p{N} ./=-]/gu, entity)}</code>`;
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

function oneLine(text: string, longest?: number): string {
  return firstLine(text, longest).replaceAll(/\p{Surrogate}/gu, '�');
}

/** A block that shows the text as it is. */
export function fence(text: string, language = 'text'): string {
  const body = visible(text)
    .replaceAll(/\p{Surrogate}/gu, '�')
    .replace(/\n+$/, '');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${body}\n${ticks}\n`;
}
