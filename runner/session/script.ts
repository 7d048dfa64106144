/** The words that drive a bash: how it is started, its constant lines, and the file that holds one step. */
import { UserError } from '../../src/error.ts';
import { userNameForm } from '../../src/names.ts';
import type { RunOptions } from '../machine.ts';

/** 0 is the line of commands and 1 the status; bash saves both, close-on-exec, during a step. */
const names = ['out', 'err', 'input', 'step', 'none'] as const;
type DescriptorName = (typeof names)[number];
/** Where a new shell finds what the runner hands down. */
export const handedDown: Readonly<Record<DescriptorName, number>> = {
  out: 234,
  err: 235,
  input: 236,
  step: 237,
  none: 238,
};
/** Where it keeps them, /dev/null and the status, close-on-exec so that no child of a step holds them. */
const descriptors: Readonly<Record<DescriptorName | 'status', number>> = {
  out: 244,
  err: 245,
  input: 246,
  step: 247,
  none: 248,
  status: 249,
};

/** `--noediting -i`: an error at a prompt ends its line, not the shell; no terminal is touched. */
export const bashArgv = ['bash', '--norc', '--noprofile', '--noediting', '-i'] as const;

/**
 * The step runs as `source`d text, which makes bash quiet about jobs and terminal modes (its `interactive` is 0
 * meanwhile) but keeps an error from ending the shell. The words are quoted so that no alias meets them.
 */
export function typeStep(options: { readonly back: boolean; readonly dump: boolean }): string {
  return lines[options.back ? 1 : 0][options.dump ? 1 : 0];
}
function typed(asked: string): string {
  return `\\builtin . /proc/self/fd/${descriptors.step}\n\\__rootlab_end ${asked}\n`;
}
const lines = [
  [typed(''), typed('dump')],
  [typed('back'), typed('back-dump')],
] as const;

/**
 * The first lines of a shell. `__rootlab_end` leaves the exported variables in the input file and answers
 * `NUL token status flags NUL directory NUL` on the status descriptor. A step may have made a function of
 * `builtin`: in POSIX mode `unset` is found before any function, and an assignment alone enters that mode.
 * Where a step closed what bash had saved, 0 is no pipe any more and the shell is lost.
 */
export function setUp(token: string, cwd: string | Buffer, exported: Buffer): string {
  return `\\builtin set +o history +o histexpand
\\builtin shopt -u checkwinsize
\\builtin unset HISTFILE MAILCHECK
PS1= PS2=
__rootlab_end() {
  __rootlab_status=\${__rootlab_kept:-$?} __rootlab_probe= __rootlab_kept=
  if \\builtin printf -v __rootlab_probe %s sane; then \\builtin :; fi
  if [[ $__rootlab_probe\${1-} != sane || ! -p /proc/self/fd/0 ]]; then \\__rootlab_rare "\${1-}"; fi
  if [[ $__rootlab_turned ]]; then \\__rootlab_over; __rootlab_kept=; fi
  \\builtin printf '\\0${token} %d %s\\0%s\\0' "$__rootlab_status" "$-" "\${PWD-}"
  if [[ $- != *e* ]]; then \\builtin return "$__rootlab_status"; fi
}
__rootlab_rare() {
  if [[ $__rootlab_probe != sane ]]; then
    POSIXLY_CORRECT=1
    \\unset -f builtin enable
    \\unset POSIXLY_CORRECT
    \\enable builtin printf export return eval exec declare cd .
  fi
  if [[ ! -p /proc/self/fd/0 ]]; then \\builtin exit "$__rootlab_status"; fi
  if [[ $1 == back* ]]; then
    \\builtin cd -- "$__rootlab_directory" 2>/dev/null
    OLDPWD=$__rootlab_before
  fi
  if [[ $1 == *dump ]]; then \\builtin export -p >|/proc/self/fd/${descriptors.input}; fi
}
__rootlab_kept= __rootlab_turned=
__rootlab_over() {
  __rootlab_kept=$? __rootlab_probe=
  if \\builtin printf -v __rootlab_probe %s sane; then \\builtin declare -F exec; fi >&${descriptors.none} 2>&1
  if [[ $?$__rootlab_probe == 1sane ]]; then
    \\exec >&${descriptors.status} 2>&${descriptors.none}
  elif [[ -e /proc/self/fd/${descriptors.status} ]]; then
    POSIXLY_CORRECT=1
    \\exec >&${descriptors.status} 2>&${descriptors.none}
    \\unset POSIXLY_CORRECT
  fi
  __rootlab_turned=
}
__rootlab_last() { if [[ $- != *e* ]]; then \\builtin return "$__rootlab_status"; fi; }
\\builtin readonly -f __rootlab_end __rootlab_rare __rootlab_over __rootlab_last
${closeOnExec}
exec 2<>/dev/null
\\builtin cd -- ${quote(cwd)}
\\builtin eval ${quote(exported)}
\\builtin :
\\__rootlab_end dump
`;
}

/**
 * bash makes what it saves for a group close-on-exec, at the lowest free number from 10 on, and a copy of that is
 * close-on-exec too.
 */
const closeOnExec = [
  `exec ${handedDown.none}<>/dev/null {__rootlab_free}>&1`,
  'exec {__rootlab_free}>&-',
  ...names.map((name) => `{ exec ${descriptors[name]}>&$__rootlab_free; } ${handedDown[name]}>&-`),
  `{ exec ${descriptors.status}>&$__rootlab_free; } >&-`,
  `exec ${names.map((name) => `${handedDown[name]}>&-`).join(' ')}`,
].join('\n');

/** Lines for a bash whose files are not ours: it fills them itself. */
export function printLines(sheet: 'step' | 'input', content: string | Uint8Array): string {
  const bytes = Buffer.from(content).toString('latin1');
  const pieces = bytes.match(/[^]{1,8192}/g) ?? [''];
  const file = `/proc/self/fd/${descriptors[sheet]}`;
  return pieces
    .map((piece, at) => {
      const words = piece.replace(/[^\w ./:=+,@^~#&*()<>|;{}[\]"$-]/g, octal);
      return `\\builtin printf -- '${words}' ${at === 0 ? '>|' : '>>'}${file}\n`;
    })
    .join('');
}

/** Lines that print a mark after all that a step has printed, on both of its streams. */
export function markLines(mark: string): string {
  const { out, err } = descriptors;
  return [out, err].map((fd) => `\\builtin printf '\\0${mark}' >&${fd}\n`).join('');
}

/**
 * The text of the step file. Where a trap may be set the shell itself is `turned` to the step's streams meanwhile: as a
 * step ends the shell, bash takes back the redirections of its command, and only then runs the EXIT trap.
 */
export function stepFile(text: string, options: RunOptions, turned = false): string {
  const { out, err, input, none } = descriptors;
  const lines: string[] = [];
  if (options.exports !== undefined) lines.push(...exportLines(options.exports));
  if (options.cwd !== undefined) lines.push('__rootlab_directory=${PWD-} __rootlab_before=${OLDPWD-}');
  const streams = `>&${out} 2>&${options.merge === true ? out : err}`;
  if (turned) lines.push(`\\builtin declare -F exec >/dev/null || \\exec ${streams}`, '__rootlab_turned=yes');
  // bash saves a descriptor above the one it is replaced by, so a high one first: a step's own `exec 10>file`
  // cannot hit what is restored after it.
  const stdin = options.stdin === undefined || options.stdin.length === 0 ? '' : ` </proc/self/fd/${input}`;
  const redirections = `<&${none}${stdin} ${streams}`;
  // `builtin` forgets assignments before it as soon as a child or another builtin runs (5.2); `command` does not.
  const before = assignments(options.env ?? {});
  // `$?` is the status of the step before, as at a terminal, whatever the lines above did.
  if (lines.length > 0) lines.push('\\__rootlab_last');
  lines.push(
    `${before}${before === '' ? '\\builtin' : '\\command'} eval ${quote(wrapped(text, options))} ${redirections}\n`,
  );
  if (turned) lines.push('\\__rootlab_over\n');
  return lines.join('\n');
}

function wrapped(text: string, { cwd, user, tty, stdin }: RunOptions): string {
  let typed = text;
  if (tty !== undefined) typed = inTerminal(typed, tty) + (stdin === undefined ? silence : '');
  if (user !== undefined) typed = asUser(typed, user);
  if (cwd === undefined) return typed;
  return `if ! \\builtin cd -- ${quote(cwd)}; then \\builtin eval '! \\builtin :'; else \\command eval ${quote(typed)}; fi`;
}

function asUser(text: string, user: string): string {
  if (!userNameForm.test(user)) {
    throw new UserError(`cannot run a step as '${user}': that is no user name`);
  }
  const identity = `HOME=~${user} USER=${user} LOGNAME=${user}`;
  return `\\builtin command runuser -u ${user} -- env ${identity} bash -c ${quote(text)}`;
}

/** A pipe open at both ends never ends: at the end of its stdin `script` (2.38) types a NUL, which programs echo as `^@`. */
const silence = String.raw` 0<> <(\builtin :)`;

/** `script` takes its terminal's size from its own stdin, which is none here: the child sets it first. */
function inTerminal(text: string, { columns, rows }: NonNullable<RunOptions['tty']>): string {
  const plain = ['NO_COLOR', 'SYSTEMD_COLORS', 'SYSTEMD_LOG_COLOR'].map((name) => `-u ${name}`).join(' ');
  const settings = `TERM=xterm-256color COLUMNS=${columns} LINES=${rows} __rootlab_typed=${quote(text)}`;
  const child = `stty cols ${columns} rows ${rows}; exec env -u __rootlab_typed bash -c "$__rootlab_typed"`;
  return `\\builtin command env ${plain} ${settings} script -qefc '${child}' /dev/null`;
}

export function exportLines(values: Readonly<Record<string, string>>): string[] {
  const words = assignments(values);
  return words === '' ? [] : [`\\builtin export ${words}`];
}

function assignments(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${checkedName(name)}=${quote(value)} `)
    .join('');
}

function checkedName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new UserError(`cannot set '${name}': that is no name of a variable`);
}

/** Any text or bytes but NUL as one word of bash, in ASCII and on one line. */
export function quote(text: string | Buffer): string {
  const bytes = (typeof text === 'string' ? Buffer.from(text) : text).toString('latin1');
  if (bytes.includes('\0')) {
    throw new UserError('cannot type a text into a shell: it holds a NUL byte', {
      hint: 'write `\\0` for a program that knows it (printf), or use stdin',
    });
  }
  return `$'${bytes.replace(/[^\w ./:=+,@%^~#&*()<>|;{}[\]"$-]/g, octal)}'`;
}

/** bash reads it as that byte in every locale. */
function octal(byte: string): string {
  return `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
