/** What to do about a failure, where that is known from what was expected and what was seen. */
import type { Failure, Fate, Mismatch } from './event.ts';

/** What a step waits for that types a command. */
export const FOR_THE_END = 'the command to end';
/** What a step waits for in vain when the time of its job is over. */
export const FOR_THE_JOB = 'the job to end';
/** What a step that waits has done already. */
export const WAIT_FOR_IT = 'where it is still to come, "wait" instead of "check" waits for it';
/** Of a machine that is gone. */
export const SEE_CONSOLE = 'the end of its console, kept as console.txt of the job, says what it did last';
/** A step that was to run beside the others. */
export const BACKGROUND = 'background step';

export function failureHint(failure: Failure): string | undefined {
  switch (failure.kind) {
    case 'error':
      return failure.hint;
    case 'exit':
      return failure.machine === undefined
        ? hintOf(exitOf(failure.actual), failure)
        : FATES[failure.machine].hint;
    case 'timeout':
      if (failure.waitedFor === FOR_THE_JOB) return '"timeout" of the scenario gives the whole job longer';
      return failure.waitedFor === FOR_THE_END
        ? 'what it printed says how far it came; "timeout" gives it longer'
        : '"within" gives it longer';
    case 'fact':
      return FACTS.find(
        ({ what, seen, imageless }) =>
          what.test(failure.what) &&
          seen?.test(failure.actual) !== false &&
          (imageless === undefined || imageless === (failure.imageless ?? false)),
      )?.hint(failure.what.split(' ')[1] ?? '');
    case 'boot':
      return / within [\d.]+ s$/.test(failure.message)
        ? 'what is told below says what it waits for; "boot-timeout" of the machine, "timeout" of a reboot give it longer'
        : undefined;
    case 'mismatch':
      return isPart(failure.mismatch) ? WHOLE : literalHint(failure.mismatch);
  }
}

const WHOLE = 'a pattern is the whole text, line by line; {contains: …} in its place looks for a part of it';

/** Whether the one line that was expected stands, as whole words, among more that was seen. */
function isPart({ rows }: Mismatch): boolean {
  const lines = rows.filter(({ kind }) => kind !== 'gap');
  // In the lines of another matcher what fits was not expected there.
  if (lines.some(({ kind, expected }) => kind === 'same' && expected === undefined)) return false;
  const [only, ...others] = lines.flatMap(({ expected }) => expected?.trim() ?? []);
  if (only === undefined || only === '' || others.length > 0) return false;
  return lines.some(({ kind, actual = '' }) => {
    const at = actual.indexOf(only);
    return kind === 'same' || (at >= 0 && !isOfWord(actual[at - 1]) && !isOfWord(actual[at + only.length]));
  });
}

/** What looks like a hole, is literal for its name, and was nowhere seen. */
function literalHint({ rows }: Mismatch): string | undefined {
  const meant = rows.flatMap(({ expected }) =>
    expected === undefined ? [] : [...expected.matchAll(MISNAMED)],
  );
  const found = meant.find(([text]) => !rows.some(({ actual }) => actual?.includes(text) === true));
  return found && `${found[0]} is literal: a hole is named in lower-case letters, digits and _`;
}
const MISNAMED = /(?<!<)<(?![a-z][a-z0-9_]*>)[A-Za-z_][A-Za-z0-9_-]*>/g;

function isOfWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}

/** What an exit status means by itself. */
export function exitMeaning(status: number): string | undefined {
  return exitOf(status)?.meaning;
}

function hintOf(
  exit: Exit | undefined,
  failure: { readonly imageless?: true | undefined },
): string | undefined {
  return (failure.imageless && exit?.imageless) ?? exit?.hint;
}

interface Exit {
  readonly meaning: string;
  readonly hint?: string | undefined;
  /** The hint on a computer that has no image. */
  readonly imageless?: string | undefined;
}

/** Those that a shell gives of its own accord. */
const EXITS: Readonly<Record<number, Exit>> = {
  126: {
    meaning: 'the shell cannot execute it',
    hint: 'is it a program, with its execute bit, for this machine?',
  },
  127: {
    meaning: 'the shell found no such command',
    hint: 'is its package installed, and its folder in PATH? "packages" of a machine adds one to its image',
    imageless: 'is its package installed, and its folder in PATH?',
  },
};

const FOR_A_REBOOT = 'the verb "reboot:" reboots it, and waits until it is back';

/** A machine that goes away takes the step with it, whatever status that leaves. */
export const FATES: Readonly<Record<Fate, Exit>> = {
  'powered-off': {
    meaning: 'the machine powered itself off during the step',
    hint: `${FOR_A_REBOOT}; where it is to end, the last step may do that with "expect: {exit: '*'}"`,
  },
  rebooted: { meaning: 'the machine rebooted during the step', hint: FOR_A_REBOOT },
  stopping: { meaning: 'the machine was going down during the step', hint: FOR_A_REBOOT },
  ended: { meaning: 'the machine ended during the step', hint: SEE_CONSOLE },
};

/** As Linux numbers them on all that systemd is tested on. */
const SIGNALS: Readonly<Record<number, Exit>> = {
  1: { meaning: 'SIGHUP' },
  2: { meaning: 'SIGINT' },
  3: { meaning: 'SIGQUIT' },
  4: { meaning: 'SIGILL', hint: 'it crashed: "coredumpctl" and the journal may know more' },
  6: { meaning: 'SIGABRT', hint: 'it gave up by itself: what it printed last says why' },
  7: { meaning: 'SIGBUS', hint: 'it crashed: "coredumpctl" and the journal may know more' },
  8: { meaning: 'SIGFPE', hint: 'it crashed: "coredumpctl" and the journal may know more' },
  9: {
    meaning: 'SIGKILL',
    hint: 'somebody killed it, or its memory ran out ("memory" of the machine)',
    imageless: 'somebody killed it, or memory ran out: "journalctl -k" knows more',
  },
  11: { meaning: 'SIGSEGV', hint: 'it crashed: "coredumpctl" and the journal may know more' },
  13: { meaning: 'SIGPIPE', hint: 'who read its output has ended' },
  14: { meaning: 'SIGALRM' },
  15: { meaning: 'SIGTERM', hint: 'somebody ended it: does the machine, or its unit, go down?' },
};

function exitOf(status: number): Exit | undefined {
  const signal = SIGNALS[status - 128];
  return EXITS[status] ?? (signal && { ...signal, meaning: `ended by ${signal.meaning}` });
}

interface FactHint {
  /** Of the failure's `what`, which begins with the kind and the name of a resource. */
  readonly what: RegExp;
  /** Absent: whatever was seen. */
  readonly seen?: RegExp;
  /** Only where there is no image, or only where there is one. */
  readonly imageless?: boolean;
  readonly hint: (name: string) => string;
}

/** The first that fits. */
const FACTS: readonly FactHint[] = [
  {
    what: /^unit \S+ (?:active|sub|result)$/,
    seen: /^(?:failed|activating|exit-code|signal|timeout)/,
    hint: (unit) => `"systemctl status ${unit}" and "journalctl -u ${unit}" say why`,
  },
  {
    what: /^unit \S+ active$/,
    seen: /is not there$/,
    hint: () => 'is its name right? A unit file that was just written wants "systemctl daemon-reload"',
  },
  {
    what: /^unit \S+ active$/,
    seen: /^inactive/,
    hint: (unit) => `was it started? "systemctl status ${unit}" says when it ended`,
  },
  {
    what: /^system(?: \S+ failed-units)?$/,
    seen: /^(?:offline|not there)$/,
    hint: () => 'systemd is not process 1 there: "ps -p 1" shows what is',
  },
  {
    what: /failed.units$/,
    hint: () => '"systemctl status UNIT" and "journalctl -u UNIT" say why',
  },
  {
    what: /^system/,
    hint: () => '"systemctl --failed" and "systemctl list-jobs" say why',
  },
  {
    what: /^package \S+/,
    seen: /^not there/,
    imageless: true,
    hint: (name) => `"apt-get install ${name}" on that computer installs it`,
  },
  {
    what: /^command \S+/,
    seen: /^not there/,
    imageless: true,
    hint: () => 'is its package installed, and its folder in PATH?',
  },
  {
    what: /^package \S+/,
    seen: /^not there/,
    hint: (name) => `"packages: [${name}]" of the machine installs it`,
  },
  {
    what: /^command \S+/,
    seen: /^not there/,
    hint: () => 'is its package installed? "packages" of a machine adds one to its image',
  },
  {
    what: /^(?:port \S+ listening|http \S+|journal \S+ contains|process \S+)/,
    hint: () => WAIT_FOR_IT,
  },
  {
    what: /^except$/,
    hint: () => 'remove the exception',
  },
  {
    what: /^(?:stdout|stderr|output)$/,
    seen: /was not kept$/,
    hint: () => 'raise "output-limit" of the step, or make the command print less',
  },
  {
    what: new RegExp(`^${BACKGROUND}$`),
    hint: () => 'what it printed says why; one that may end has an "expect"',
  },
  {
    what: /^journal$/,
    hint: () => 'what may be logged stands in "ignore" of "watch", with its reason',
  },
];
