/**
 * Tells by its text what a step may do to its shell: change the exported variables, which a new one would have to take over, or set a trap.
 * Asking bash for them costs more than a whole step of `true`; asking once too often costs only that.
 */

const names =
  'export declare typeset readonly unset set source eval read mapfile readarray printf getopts let for select';
const more = 'local builtin command enable shopt exec function alias trap';
const word = new RegExp(String.raw`[=()\\]|\b(?:${`${names} ${more}`.replaceAll(' ', '|')})\b`);
/** `. file`, or a command that is the value of a variable. */
const hidden = /(?:^|[\s;&|{!])\.\s|(?:^|[;&|{!\n])\s*["']*\$/;

export function exportsIn(text: string): boolean {
  return word.test(text) || hidden.test(text);
}

const definition =
  /\(\s*\)|\b(?:function|alias|trap|source|eval|set|shopt|PROMPT_COMMAND)\b|(?:^|[\s;&|{!])\.\s/;

/** Functions, aliases, traps, `set -a`: after these any later text may change them too. */
export function defines(text: string): boolean {
  return definition.test(text);
}

/** What may set a trap that is heard when the shell ends. */
export function traps(text: string): boolean {
  return /\b(?:trap|source|eval)\b|(?:^|[\s;&|{!])\.\s/.test(text);
}
