/** Text as XML 1.0: what it cannot hold is left out, what it reads otherwise is escaped. */

/** Those with a value, each with a blank before it. */
export function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${xmlAttribute(String(value))}"`))
    .join('');
}

export function element(name: string, values: Parameters<typeof attributes>[0], text: string): string {
  const open = `<${name}${attributes(values)}`;
  return text === '' ? `${open}/>` : `${open}>${xmlText(text)}</${name}>`;
}

export function xmlText(text: string): string {
  return legal(text).replaceAll(/[&<>\r]/g, escaped);
}

/** A newline or a tab as it is would be read back as a blank. */
export function xmlAttribute(text: string): string {
  return legal(text).replaceAll(/[&<>"\t\n\r]/g, escaped);
}

function legal(text: string): string {
  return text.replaceAll(ILLEGAL, '');
}
// Of these, XML 1.0 forbids the first ones even as `&#27;`, and discourages the C1 controls. \p{Surrogate}: lone ones.
const ILLEGAL = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]|\p{Surrogate}/gu;

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(character: string): string {
  return NAMED[character] ?? `&#${character.charCodeAt(0)};`;
}
