/** What captures, axes and variables may be called: they become shell variables, so none of the shell's own. */

const shellNames = new Set(
  (
    'auto_resume bash bashopts bashpid cdpath chld columns compreply dirstack display editor emacs env epochrealtime ' +
    'epochseconds euid fcedit fignore funcname funcnest globignore groups histcmd histcontrol histfile histfilesize ' +
    'histignore histsize home hostname hosttype ifs ignoreeof inputrc lang language lines lineno logname machtype mail ' +
    'mailcheck mailpath mapfile oldpwd optarg opterr optind ostype pager path pipestatus posixly_correct ppid ' +
    'prompt_command ps0 ps1 ps2 ps3 ps4 pwd random readline_line readline_point reply seconds shell shellopts shlvl ' +
    'srandom term timeformat tmout tmpdir tz uid user'
  ).split(' '),
);

/** Why something cannot be called so; nothing when it can. */
export function whyNotName(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (shellNames.has(lower) || /^(lc|bash|ld|rootlab|systemd)_/.test(lower))
    return `"${name}" is one of the shell's or the system's own names`;
  // Every object of JavaScript has one of this name.
  if (name === 'constructor') return `"${name}" is a name that rootlab keeps for itself`;
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    return `"${name}" is not a name (lower-case letters, digits and _, a letter first)`;
  return undefined;
}

/** What a user of a machine may be called. */
export const userNameForm = /^[A-Za-z_][\w.-]*\$?$/;
