/** `${name}` in a text: found, listed with its place, and replaced once. */

export interface NameUse {
  readonly name: string;
  /** Where `${` stands. */
  readonly offset: number;
}
/** A `${` that is neither a known name nor escaped. */
export interface SubstitutionProblem {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string | undefined;
}
/** A text cut at its variables: literal parts and names, in order. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string; readonly offset: number }
  | { readonly kind: 'variable'; readonly name: string; readonly offset: number }
  | { readonly kind: 'stray'; readonly text: string; readonly offset: number };

/** Every variable is replaced in one pass: a value that holds `${…}` stays as it is. */
export function substitute(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly problems: readonly SubstitutionProblem[] } {
  const problems: SubstitutionProblem[] = [];
  const replaced = splitVariables(text).map((part) => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'stray') {
      problems.push(strayProblem(part.text, part.offset));
      return part.text;
    }
    const value = Object.hasOwn(variables, part.name) ? variables[part.name] : undefined;
    if (value !== undefined) return value;
    problems.push(unknownProblem(part.name, part.offset, Object.keys(variables)));
    return `\${${part.name}}`;
  });
  return { text: replaced.join(''), problems };
}

/** The names a text uses, each use once, for checks before anything runs. */
export function namesIn(text: string): readonly NameUse[] {
  return splitVariables(text).flatMap((part) =>
    part.kind === 'variable' ? [{ name: part.name, offset: part.offset }] : [],
  );
}

/** What is wrong in a text whatever the variables are: `${` without a name. */
export function checkSubstitution(text: string): readonly SubstitutionProblem[] {
  return splitVariables(text).flatMap((part) =>
    part.kind === 'stray' ? [strayProblem(part.text, part.offset)] : [],
  );
}

export function splitVariables(text: string): readonly TextPart[] {
  if (!text.includes('${')) return text === '' ? [] : [{ kind: 'text', text, offset: 0 }];
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$\$\{|\$\{(?:([a-z][a-z0-9_]*)\})?/g)) {
    const offset = match.index;
    if (offset > from) parts.push({ kind: 'text', text: text.slice(from, offset), offset: from });
    if (match[0] === '$${') parts.push({ kind: 'text', text: '${', offset });
    else if (match[1] === undefined) parts.push({ kind: 'stray', text: match[0], offset });
    else parts.push({ kind: 'variable', name: match[1], offset });
    from = offset + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from), offset: from });
  return parts;
}

function strayProblem(text: string, offset: number): SubstitutionProblem {
  return {
    offset,
    message: `"${text}" does not begin a variable`,
    hint: 'write ${name} with a name of [a-z][a-z0-9_]*, or $${ for a literal ${',
  };
}

function unknownProblem(name: string, offset: number, known: readonly string[]): SubstitutionProblem {
  const list = known.length === 0 ? 'none is known here' : `known here: ${known.toSorted().join(', ')}`;
  return {
    offset,
    message: `unknown variable "${name}"`,
    hint: `${list}; a literal is written $\${${name}}`,
  };
}

/** `${name}`, and `$name` as a shell reads it. */
export function mentions(text: string, name: string): boolean {
  return new RegExp(String.raw`\$(?:${name}(?![A-Za-z0-9_])|\{[!#]?${name}(?![A-Za-z0-9_]))`).test(text);
}
