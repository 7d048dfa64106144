/**
 * A shell text → its commands at the top level, each with what joins it to the next.
 * No parser of bash: quotes, substitutions, here-documents and compound commands are passed over, which is all that
 * rules about the order of commands need; of what it cannot read it says nothing.
 */
export interface ShellCommand {
  readonly text: string;
  readonly offset: number;
  readonly after: '' | '\n' | ';' | '&' | '&&' | '||';
  /** `if`, a loop, a group, a subshell, a function. */
  readonly compound: boolean;
}

const opening = new Set(['if', 'for', 'while', 'until', 'case', 'select', '{']);
const closing = new Set(['fi', 'done', 'esac', '}']);
/** A command follows them. */
const leading = new Set(['then', 'do', 'else', 'elif', '!', 'time', ...opening]);

export function shellCommands(text: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  const documents: string[] = [];
  let [at, start, depth, parens] = [0, -1, 0, 0];
  let [expectsCommand, compound] = [true, false];
  const finish = (after: ShellCommand['after']): void => {
    expectsCommand = true;
    if (depth > 0 || parens > 0) return;
    if (start >= 0) commands.push({ text: text.slice(start, at).trimEnd(), offset: start, after, compound });
    [start, compound] = [-1, false];
  };
  while (at < text.length) {
    const rest = text.slice(at, at + 200);
    const char = rest.charAt(0);
    const separator = /^(?:\n|;;?&?|&&|\|\||\|&?|&(?!>))/.exec(rest)?.[0];
    if (separator !== undefined && !(char === '&' && /[<>]/.test(text.charAt(at - 1)))) {
      if (separator.startsWith('|') && separator !== '||') expectsCommand = true;
      else finish(joins[separator] ?? ';');
      at += separator.length;
      if (char === '\n' && documents.length > 0) at = afterDocuments(text, at, documents.splice(0));
      continue;
    }
    if (/^(?:[ \t]|\\\n)/.test(rest)) {
      at += char === '\\' ? 2 : 1;
      continue;
    }
    if (char === '#' && /^$|[\s;&|()]/.test(text.charAt(at - 1))) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
      // What stands before a comment ends there, not after it.
      if (start >= 0 && depth === 0 && parens === 0)
        commands.push({
          text: text.slice(start, text.lastIndexOf('#', at)).trimEnd(),
          offset: start,
          after: '\n',
          compound,
        });
      if (depth === 0 && parens === 0) [start, compound, expectsCommand] = [-1, false, true];
      continue;
    }
    if (start < 0) start = at;
    if (char === '(' || char === ')') {
      if (char === '(') compound = true;
      parens = Math.max(0, parens + (char === '(' ? 1 : -1));
      expectsCommand = true;
      at += 1;
      continue;
    }
    const document = /^<<(?!<)-?[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([\w.-]+))/.exec(rest);
    if (document !== null) {
      documents.push(document[1] ?? document[2] ?? document[3] ?? '');
      at += document[0].length;
      continue;
    }
    if (/^[<>]/.test(rest)) {
      at += /^[<>]+[&|]?/.exec(rest)?.[0].length ?? 1;
      continue;
    }
    const end = wordEnd(text, at);
    const word = text.slice(at, end);
    if (word === '[[') {
      const close = text.indexOf(' ]]', end);
      at = close < 0 ? text.length : close + 3;
      expectsCommand = false;
      continue;
    }
    if (expectsCommand && opening.has(word)) [depth, compound] = [depth + 1, true];
    if (expectsCommand && closing.has(word)) depth = Math.max(0, depth - 1);
    expectsCommand &&= leading.has(word) || /^\w+\+?=/.test(word);
    at = end;
  }
  [depth, parens] = [0, 0];
  finish('');
  return commands;
}
const joins: Readonly<Record<string, ShellCommand['after']>> = {
  '\n': '\n',
  '&': '&',
  '&&': '&&',
  '||': '||',
};

/** Commands joined by `&&` and `||`: one verdict. */
export function shellLists(text: string): readonly (readonly ShellCommand[])[] {
  const lists: ShellCommand[][] = [];
  let open: ShellCommand[] | undefined;
  for (const command of shellCommands(text)) {
    if (open === undefined) lists.push((open = []));
    open.push(command);
    if (command.after !== '&&' && command.after !== '||') open = undefined;
  }
  return lists;
}

/** At least one character on. */
function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/[\s;&|()<>]/.test(text.charAt(at))) at = afterPart(text, at);
  return Math.max(at, from + 1);
}

/** After a character, or all that belongs to it. */
function afterPart(text: string, at: number): number {
  const char = text.charAt(at);
  if (char === '\\') return at + 2;
  if (char === "'" || char === '`') return afterNext(text, char, at + 1);
  if (char === '"') {
    let end = at + 1;
    while (end < text.length && text.charAt(end) !== '"')
      end = text.charAt(end) === "'" ? end + 1 : afterPart(text, end);
    return end + 1;
  }
  if (text.startsWith('${', at)) return afterNext(text, '}', at + 2);
  if (!text.startsWith('$(', at)) return at + 1;
  let [end, open] = [at + 2, 1];
  while (end < text.length && open > 0) {
    const next = text.charAt(end);
    if (next === '(') open += 1;
    if (next === ')') open -= 1;
    end = afterPart(text, end);
  }
  return end;
}

function afterNext(text: string, char: string, from: number): number {
  const found = text.indexOf(char, from);
  return found < 0 ? text.length : found + 1;
}

function afterDocuments(text: string, from: number, delimiters: readonly string[]): number {
  let at = from;
  for (const delimiter of delimiters) {
    for (let line: string | undefined; line !== delimiter && at < text.length;) {
      const end = text.indexOf('\n', at);
      line = text.slice(at, end < 0 ? undefined : end).replace(/^\t+/, '');
      at = end < 0 ? text.length : end + 1;
    }
  }
  return at;
}
