/** Safe HTML by template: everything put in is escaped, and its controls made visible, unless it is HTML already. */
import { visible } from '../../src/describe-text.ts';
import { escapeHtml } from '../ansi.ts';

export interface Html {
  readonly html: string;
}
export type Content = Html | string | number | undefined | readonly Content[];

export function html(texts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const literals = literalsOf(texts);
  let out = literals[0] ?? '';
  for (let index = 0; index < contents.length; index += 1)
    out += toHtml(contents[index]) + (literals[index + 1] ?? '');
  return { html: out };
}

const seen = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Of each template once: without the indent that it has in our source. */
function literalsOf(texts: TemplateStringsArray): readonly string[] {
  const known = seen.get(texts);
  if (known !== undefined) return known;
  const literals = texts.map((text) => text.replace(INDENT, '\n'));
  seen.set(texts, literals);
  return literals;
}

/** An element too large to hold: its parts come as they are made. */
export async function* within(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  parts: AsyncIterable<Html>,
): AsyncGenerator<Html> {
  const set = Object.entries(attributes).filter(([, value]) => value !== undefined);
  yield trusted(`<${name}${set.map(([key, value]) => ` ${key}="${toHtml(value)}"`).join('')}>`);
  yield* parts;
  yield trusted(`</${name}>\n`);
}

/** Only for what is HTML by construction. */
export function trusted(text: string): Html {
  return { html: text };
}

function toHtml(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return escapeHtml(visible(content));
  if ('html' in content) return content.html;
  return content.map(toHtml).join('');
}

const INDENT = /\n\s+/g;
