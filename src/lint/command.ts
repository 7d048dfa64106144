/** Rules about the text of `run`: failures that nobody sees, and what a terminal does not forgive. */
import { isVerdict, offsetWithin, type LintInput, type Rule, type Site, type Spot } from './rule.ts';
import { shellCommands, shellLists, type ShellCommand } from './shell.ts';

/** Spots in the texts that are typed; `find` gives places in the text. */
function inRuns(
  find: (text: string, site: Site, input: LintInput) => readonly (readonly [ShellCommand, message: string])[],
  applies: (site: Site) => boolean = () => true,
): Rule['find'] {
  return (input) =>
    input.sites.flatMap((site): readonly Spot[] => {
      const cell = site.cell.entries.get('run')?.value;
      if (site.step.verb !== 'run' || cell === undefined || !applies(site)) return [];
      return find(site.step.run, site, input).map(([{ offset }, message]) => ({
        offset: offsetWithin(cell, offset),
        message,
      }));
    });
}

/** Of a command, for a message: one line, not too long. */
function shown({ text }: ShellCommand): string {
  const [line = ''] = text.split('\n');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

/** Commands that hardly fail, or whose failure says nothing. */
const harmless =
  /^(?:(?:echo|printf|:|true|export|set|shopt|alias|unalias|unset|trap|umask|wait|sleep|exit|exec|local|declare)(?:\s|$)|\w+\+?=[^$`]*$)/;

export const unseenFailure: Rule = {
  id: 'L002',
  name: 'unseen-failure',
  title: 'an earlier command whose failure is not seen',
  why: 'The status of a text is that of its last command; what fails before it passes quietly.',
  hint: 'join the commands with &&, or make each a step',
  severity: 'warning',
  bad: 'steps:\n- run: |\n    «systemctl start hello\n    systemctl is-active hello\n',
  good: 'steps:\n- run: |\n    systemctl start hello &&\n      systemctl is-active hello\n',
  find: inRuns((text) => {
    const lists = shellLists(text);
    const [whole] = lists;
    if (whole?.[0] !== undefined && stopsAtFailure.test(whole[0].text)) return [];
    const earlier = lists
      .slice(0, -1)
      .find(
        (list) =>
          list.at(-1)?.after !== '&' &&
          list.every(({ after }) => after !== '||') &&
          list.some(
            (command) => !command.compound && !harmless.test(command.text) && !command.text.startsWith('! '),
          ),
      );
    const first = earlier?.find((command) => !command.compound && !harmless.test(command.text));
    return first === undefined
      ? []
      : [[first, `the failure of "${shown(first)}" is not seen: the status is that of the last command`]];
  }, isVerdict),
};
const stopsAtFailure = /^set (?:-\w*e|-o errexit)/;

export const swallowed: Rule = {
  id: 'L003',
  name: 'swallowed-failure',
  title: '`|| true` without `expect`',
  why: 'It makes every failure a success, also the one nobody thought of.',
  hint: 'leave it out and say what may happen, such as expect: {exit: [0, 1]}, or what must be seen',
  severity: 'warning',
  bad: 'steps:\n- run: umount /mnt «|| true\n',
  good: 'steps:\n- run: umount /mnt\n  expect: {exit: [0, 32]}\n',
  find: inRuns(
    (text) => {
      const last = shellCommands(text).slice(-2);
      const [before, after] = last;
      if (before?.after !== '||' || after === undefined || !/^(?:true|:)$/.test(after.text)) return [];
      const at = text.lastIndexOf('||', after.offset);
      return [
        [{ ...after, offset: at }, `"|| ${after.text}" makes every failure of "${shown(before)}" a success`],
      ];
    },
    (site) => isVerdict(site) && !site.step.expect.given,
  ),
};

export const negation: Rule = {
  id: 'L004',
  name: 'quiet-negation',
  title: 'a negation that passes quietly',
  why: '`! command` passes whatever made the command fail: a misspelt name, a file that is not there.',
  hint: 'leave out the ! and name the status, such as expect: {exit: 1}',
  severity: 'warning',
  bad: 'steps:\n- run: "«! grep -q root /etc/fstab"\n',
  good: 'steps:\n- run: grep -q root /etc/fstab\n  expect: {exit: 1}\n',
  find: inRuns(
    (text) =>
      shellCommands(text)
        .filter((command) => /^!\s+(?!test\s|\[)/.test(command.text))
        .map((command) => [command, `"${shown(command)}" passes for any reason that makes the command fail`]),
    isVerdict,
  ),
};

export const sleeping: Rule = {
  id: 'L005',
  name: 'sleep',
  title: '`sleep` where `wait` fits',
  why: 'A fixed time is too short on a busy computer and wasted on a quick one.',
  hint: 'wait: {unit: …} or another resource, or `within: 30s` beside the command that follows; where time itself must pass, because: …',
  severity: 'warning',
  bad: 'steps:\n- run: systemctl start hello && «sleep 5\n- check: {unit: hello.service}\n',
  good: 'steps:\n- run: systemctl start hello\n- wait: {unit: hello.service}\n- run: sleep 2\n  because: its timer must elapse once\n',
  find: inRuns(
    (text) =>
      shellCommands(text)
        .filter(({ text: command, after }) => /^sleep\s+[\d.]+[smhd]?$/.test(command) && after !== '&')
        .map((command) => [command, `"${shown(command)}" waits for time, not for what must come`]),
    ({ step }) => !step.background && step.because === undefined,
  ),
};

export const loudChild: Rule = {
  id: 'L006',
  name: 'loud-background',
  title: '`&` without redirect or `background`',
  why: 'What a background child prints belongs to whatever step runs when it prints it.',
  hint: 'redirect its output, such as >/tmp/log 2>&1 &, or make it a step with background: true',
  severity: 'warning',
  bad: 'steps:\n- run: «journalctl -f &\n',
  good: 'steps:\n- run: journalctl -f\n  background: true\n- run: logger -f /etc/motd >/dev/null 2>&1 &\n',
  find: inRuns(
    (text) =>
      shellCommands(text)
        .filter(
          (command) => command.after === '&' && !command.text.includes('>') && !/^sleep\s/.test(command.text),
        )
        .map((command) => [command, `"${shown(command)} &" prints into the steps that follow`]),
    ({ step }) => !step.background,
  ),
};

/** Programs whose end says only that they have read. */
const readsOn = /(?<!\|)\|&?\s*((?:head|tail|cat|wc|sort|uniq|sed|cut|tr|column|less)(?:\s[^|"'`()]*)?)$/;

export const hiddenByPipe: Rule = {
  id: 'L014',
  name: 'hidden-by-pipe',
  title: 'a failure hidden by the end of a pipe',
  why: 'The status of a pipe is that of its last command, and one that only passes on or cuts text hardly fails.',
  hint: 'expect what it must show, or type set -o pipefail in an earlier step',
  severity: 'warning',
  bad: 'steps:\n- run: journalctl -u hello «| tail -n 3\n',
  good: 'steps:\n- run: journalctl -u hello | tail -n 1\n  expect: <*> Started hello.service<*>\n',
  find: inRuns(
    (text, _, { sites }) => {
      const last = shellCommands(text).at(-1);
      const [pipe, end] = readsOn.exec(last?.text ?? '') ?? [];
      const minded = sites.some(({ step }) => step.verb === 'run' && step.run.includes('pipefail'));
      if (last === undefined || last.compound || pipe === undefined || minded) return [];
      const at = last.offset + last.text.length - pipe.length;
      return [[{ ...last, offset: at }, `the status is that of "${end ?? ''}", which hardly fails`]];
    },
    (site) => isVerdict(site) && !site.step.expect.given && Object.keys(site.step.measure).length === 0,
  ),
};

export const endsShell: Rule = {
  id: 'L010',
  name: 'ends-shell',
  title: 'a step after one that always ends the shell',
  why: 'A new shell takes over directory and exported variables; functions, options and other variables are gone.',
  hint: 'put it into parentheses, such as (exit 3), so that only a child ends',
  severity: 'warning',
  bad: 'steps:\n- run: «exit 3\n  expect: {exit: 3}\n- run: echo still here\n',
  good: 'steps:\n- run: (exit 3)\n  expect: {exit: 3}\n- run: echo still here\n',
  find: inRuns(
    (text, { step }, { sites }) => {
      const order = sites.filter(({ phase }) => phase === 'prepare' || phase === 'steps');
      const here = order.findIndex((site) => site.step === step);
      const next = order
        .slice(here + 1)
        .find((site) => site.step.verb === 'run' && site.step.session === step.session);
      const end = shellLists(text).find(
        ([first, ...more]) => first !== undefined && more.length === 0 && ends.test(first.text),
      )?.[0];
      if (end === undefined || next === undefined) return [];
      return [[end, `"${shown(end)}" ends the shell that the step in line ${next.step.at.line} goes on in`]];
    },
    (site) =>
      isVerdict(site) && site.step.user === undefined && site.step.tty === undefined && !site.step.background,
  ),
};
const ends = /^(?:exit(?:\s|$)|logout$|exec\s+(?!\d*[<>&]|\{)|set (?:-\w*e|-o errexit))/;
