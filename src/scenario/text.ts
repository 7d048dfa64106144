/** Texts: taken byte for byte, or with `${name}` in them, whose names must be known at that place. */
import * as z from 'zod';
import { userNameForm, whyNotName } from '../names.ts';
import { suggest } from '../nearest.ts';
import { report } from '../problem.ts';
import { checkSubstitution, namesIn } from '../substitute.ts';
import type { Cell } from '../yaml.ts';
import { jsonNotes, leaf, problem, textOf } from './shape.ts';

/** Never rewritten: `run`, `stdin`, `content`, `say`. */
export function rawText(what: string): z.ZodType<string> {
  return leaf(what, '', (text) => text);
}

/** What is typed, byte for byte; of nothing the status is 0, whatever the system does. */
export function command(what: string): z.ZodType<string> {
  return leaf(what, '', (value, cell) => {
    if (value.trim() === '') problem(cell, `${what} types nothing`, 'write a command, such as "true"');
    return value;
  });
}

/** Where `${name}` is replaced. */
export function text(what: string): z.ZodType<string> {
  return leaf(what, '', (value, cell) => {
    checkReferences(value, cell);
    return value;
  });
}

export function line(what: string): z.ZodType<string> {
  return leaf(what, '', (value, cell) => {
    checkReferences(value, cell);
    if (value.trimEnd().includes('\n')) problem(cell, `${what} must be one line`);
    return value.trim();
  });
}

/** Why something is forgiven, or not done. */
export const reason = leaf('because', '', (value, cell) => {
  checkReferences(value, cell);
  if (value.trim() === '') problem(cell, '"because" gives no reason', 'say why, in a few words');
  if (value.trimEnd().includes('\n')) problem(cell, 'because must be one line');
  return value.trim();
});

/** Of the machine. */
export function absolutePath(what: string): z.ZodType<string> {
  return leaf(what, '/', (value, cell) => {
    checkReferences(value, cell);
    if (!/^(\/|\$\{)/.test(value))
      problem(cell, `${what} "${value}" does not begin with /`, 'a path in the machine is absolute');
    return value;
  });
}

/** Of the machine, which alone knows whether there is one. */
export const userName = leaf('user', '', (value, cell) => {
  checkReferences(value, cell);
  if (!value.includes('${') && !userNameForm.test(value))
    problem(cell, `user cannot be "${value}"`, 'the name of a user of the machine, such as nobody');
  return value;
});

/** A text of a given form. */
export function word(what: string, form: RegExp, hint: string): z.ZodType<string> {
  return leaf(
    what,
    '',
    (value, cell) => {
      if (!form.test(value)) problem(cell, `${what} cannot be "${value}"`, hint);
      return value;
    },
    { pattern: form.source },
  );
}

export function flag(what: string): z.ZodType<boolean> {
  const schema = z.transform((cell: Cell): boolean => {
    const value = textOf(cell, what);
    if (value !== undefined && value !== 'true' && value !== 'false')
      problem(cell, `${what} must be true or false, not "${value}"`);
    return value === 'true';
  });
  jsonNotes.set(schema, { json: { type: 'boolean' } });
  return schema;
}

/** `true`, or the size of a terminal. */
export const terminal = leaf<{ readonly columns: number; readonly rows: number } | undefined>(
  'tty',
  undefined,
  (value, cell) => {
    const found = /^([1-9]\d{0,2})x([1-9]\d{0,2})$/.exec(value);
    if (found !== null) return { columns: Number(found[1]), rows: Number(found[2]) };
    if (value !== 'true' && value !== 'false')
      problem(cell, `tty cannot be "${value}"`, 'true, or a size such as 120x40');
    return value === 'true' ? { columns: 160, rows: 50 } : undefined;
  },
);

export function checkReferences(value: string, cell: Cell): void {
  if (!value.includes('${')) return;
  for (const { message, hint } of checkSubstitution(value))
    report(cell.source, locate(cell, '${'), message, hint);
  checkNames(value, cell);
}

/** Every `${name}` must be known by now. */
export function checkNames(value: string, cell: Cell): void {
  if (!value.includes('${')) return;
  for (const { name } of namesIn(value)) {
    if (cell.source.names.has(name)) continue;
    const known = [...cell.source.names.keys()];
    const hint =
      known.length === 0
        ? 'known are the axes of matrix, env, and what earlier steps capture;'
        : `${suggest(name, known, 'known here')};`.replace('?;', '?');
    report(
      cell.source,
      locate(cell, `\${${name}}`),
      `unknown name "${name}"`,
      `${hint} a literal is written $\${${name}}`,
    );
  }
}

/** An offset in a block or a quoted text is not that in the file; the first mention in the file nearly always is. */
export function locate(cell: Cell, mention: string): number {
  const found = cell.source.text.indexOf(mention, cell.offset);
  return found < 0 ? cell.offset : found;
}

/** Makes a name known from here on. */
export function defineName(
  name: string,
  kind: 'axis' | 'env' | 'capture',
  cell: Cell,
  offset = cell.offset,
): void {
  const wrong = whyNotName(name);
  if (wrong !== undefined) {
    report(cell.source, offset, `${kind === 'env' ? 'variable' : kind}: ${wrong}`, nameHints[kind]);
    return;
  }
  const earlier = cell.source.names.get(name);
  if (earlier !== undefined && earlier !== kind)
    report(
      cell.source,
      offset,
      `${kindNames[kind]} "${name}" has the name of ${kindNames[earlier]}`,
      'choose another name',
    );
  else cell.source.names.set(name, kind);
}
const kindNames = { axis: 'an axis', env: 'a variable of env', capture: 'a capture' };
const nameHints = {
  axis: 'such as image, kernel_version',
  env: 'others go into the command: NAME=value command, or export NAME=value',
  capture: 'such as pid, first_boot',
};
