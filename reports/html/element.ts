/** Safe HTML by template: everything put in is escaped, and its controls made visible, unless it is HTML already. */
import { visible } from '../../src/describe-text.ts';
import { escapeHtml } from '../ansi.ts';

export interface Html {
  readonly html: string;
}
export type Content = Html | string | number | undefined | readonly Content[];

export function html(texts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let out = texts[0]?.replace(INDENT, '\n') ?? '';
  contents.forEach((content, index) => {
    out += toHtml(content) + (texts[index + 1]?.replace(INDENT, '\n') ?? '');
  });
  return { html: out };
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
