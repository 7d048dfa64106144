/** The words that drive a bash: how it is started, its constant lines, and the file that holds one step. */
import { UserError } from '../../src/error.ts';
import type { RunOptions } from '../machine.ts';

/**
 * Where the shell finds what the runner handed down. 0 is the line of commands and 1 the status; during a step
 * both are saved close-on-exec, and these four are closed, so that no child holds them.
 */
export const descriptors = { out: 244, err: 245, input: 246, step: 247 } as const;

/** `--noediting -i`: an error at a prompt ends its line, not the shell; no terminal is touched. */
export const bashArgv = ['bash', '--norc', '--noprofile', '--noediting', '-i'] as const;

/**
 * The step runs as `source`d text, which makes bash quiet about jobs and terminal modes (its `interactive` is 0
 * meanwhile) but keeps an error from ending the shell. The words are quoted so that no alias meets them.
 */
export const typeStep = `\\builtin . /proc/self/fd/${descriptors.step}\n\\__rootlab_end\n`;
/** The same for a step with a directory of its own. */
export const typeStepAndReturn = typeStep.replace('_end', '_end back');

/** What `env -i` is given for a shell of `user`; `extra` wins. */
export function cleanEnvironment(
  user: string,
  home: string,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: home,
    USER: user,
    LOGNAME: user,
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    TERM: 'dumb',
    COLUMNS: '160',
    SYSTEMD_COLORS: '0',
    // 247 colours its log even on a pipe without this one.
    SYSTEMD_LOG_COLOR: '0',
    SYSTEMD_URLIFY: '0',
    SYSTEMD_PAGER: 'cat',
    PAGER: 'cat',
    NO_COLOR: '1',
    DEBIAN_FRONTEND: 'noninteractive',
    ...extra,
  };
}

/**
 * The first lines of a shell. `__rootlab_end` leaves the exported variables in the input file and answers
 * `NUL token status flags NUL directory NUL` on the status descriptor. A step may have made a function of `builtin`: in POSIX mode `unset` is found before any
 * function, and an assignment alone enters that mode.
 */
export function setUp(token: string, cwd: string | Buffer, exported: Buffer): string {
  return `\\builtin set +o history +o histexpand
\\builtin shopt -u checkwinsize
\\builtin unset HISTFILE MAILCHECK
PS1= PS2=
__rootlab_end() {
  __rootlab_status=$?
  __rootlab_probe=
  if \\builtin printf -v __rootlab_probe %s sane; then \\builtin :; fi
  if [[ $__rootlab_probe != sane ]]; then
    POSIXLY_CORRECT=1
    \\unset -f builtin enable
    \\unset POSIXLY_CORRECT
    \\enable builtin printf export return eval cd .
  fi
  if [[ ! -p /proc/self/fd/0 ]]; then \\builtin exit "$__rootlab_status"; fi
  if [[ -n \${1-} ]]; then
    \\builtin cd -- "$__rootlab_directory" 2>/dev/null
    OLDPWD=$__rootlab_before
  fi
  \\builtin export -p >|/proc/self/fd/${descriptors.input}
  \\builtin printf '\\0${token} %d %s\\0%s\\0' "$__rootlab_status" "$-" "\${PWD-}"
  if [[ $- != *e* ]]; then \\builtin return "$__rootlab_status"; fi
}
\\builtin readonly -f __rootlab_end
exec 2<>/dev/null
\\builtin cd -- ${quote(cwd)}
\\builtin eval ${quote(exported)}
\\builtin :
\\__rootlab_end
`;
}

/** The text of the step file. */
export function stepFile(text: string, options: RunOptions): string {
  const { out, err, input, step } = descriptors;
  const lines: string[] = [];
  if (options.exports !== undefined) lines.push(...exportLines(options.exports));
  if (options.cwd !== undefined) lines.push('__rootlab_directory=${PWD-} __rootlab_before=${OLDPWD-}');
  const stdin = options.stdin === undefined || options.stdin.length === 0 ? '<&2' : `</proc/self/fd/${input}`;
  // bash saves a descriptor above the one it is replaced by: first a high one over each, so that a step's own
  // `exec 10>file` cannot hit what is restored after it; only then the closing, whose copies may be lost.
  const redirections = [
    `<&${input} ${stdin} >&${out} 2>&${options.merge === true ? out : err}`,
    `${out}>&${step} ${err}>&${step} ${input}>&${step} ${step}>&${input}`,
    `${out}>&- ${err}>&- ${input}>&- ${step}>&-`,
  ].join(' ');
  const before = assignments(options.env ?? {});
  lines.push(`${before}\\builtin eval ${quote(wrapped(text, options))} ${redirections}\n`);
  return lines.join('\n');
}

function wrapped(text: string, { cwd, user, tty }: RunOptions): string {
  let typed = text;
  if (tty !== undefined) typed = inTerminal(typed, tty);
  if (user !== undefined) typed = asUser(typed, user);
  if (cwd === undefined) return typed;
  return `if ! \\builtin cd -- ${quote(cwd)}; then \\builtin eval '! \\builtin :'; else \\builtin eval ${quote(typed)}; fi`;
}

function asUser(text: string, user: string): string {
  if (!/^[A-Za-z_][\w.-]*\$?$/.test(user)) {
    throw new UserError(`cannot run a step as '${user}': that is no user name`);
  }
  const identity = `HOME=~${user} USER=${user} LOGNAME=${user}`;
  return `\\builtin command runuser -u ${user} -- env ${identity} bash -c ${quote(text)}`;
}

/** `script` takes its terminal's size from its own stdin, which is none here: the child sets it first. */
function inTerminal(text: string, { columns, rows }: NonNullable<RunOptions['tty']>): string {
  const plain = ['NO_COLOR', 'SYSTEMD_COLORS', 'SYSTEMD_LOG_COLOR'].map((name) => `-u ${name}`).join(' ');
  const settings = `TERM=xterm-256color COLUMNS=${columns} LINES=${rows} __rootlab_typed=${quote(text)}`;
  const child = `stty cols ${columns} rows ${rows}; exec env -u __rootlab_typed bash -c "$__rootlab_typed"`;
  return `\\builtin command env ${plain} ${settings} script -qefc '${child}' /dev/null`;
}

function exportLines(values: Readonly<Record<string, string>>): string[] {
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
