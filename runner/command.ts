/** What a command is, how its words are read, and how its help is written. */
import { parseArgs } from 'node:util';
import { UserError } from '../src/error.ts';
import { nearest } from '../src/nearest.ts';

export interface OptionSpec {
  /** What stands for the value in the help; absent for a flag. */
  readonly value?: string;
  /** Given alone it has no value, and counts as a flag; a value stands behind `=`. */
  readonly optional?: true;
  readonly short?: string;
  readonly multiple?: boolean;
  /** The values allowed, where they can be listed; `before=STEP` stands for all that begin so. */
  readonly choices?: readonly string[];
  readonly help: string;
}

export interface Command {
  readonly summary: string;
  /** The words after the command's name, as the help shows them. */
  readonly usage: string;
  readonly description?: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** From the second word on, all belongs to another program, options too. */
  readonly passesOn?: true;
  readonly examples: readonly (readonly [command: string, what: string])[];
  execute(input: Input): Promise<number>;
  /** What the status of an error becomes; the words may not have been understood. */
  errorStatus?(argv: readonly string[], status: number): number;
}

export interface Input {
  readonly words: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  /** Aborted by Ctrl-C and SIGTERM; the reason is the signal's name. */
  readonly signal: AbortSignal;
}

/** The words of one command line, checked against its table; unknown options name the nearest one. */
export function readWords(
  name: string,
  command: Command,
  argv: readonly string[],
  signal: AbortSignal,
): Input {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([key, spec]) => [
      key,
      {
        type: spec.value === undefined || spec.optional ? ('boolean' as const) : ('string' as const),
        multiple: spec.multiple ?? false,
        ...(spec.short === undefined ? {} : { short: spec.short }),
      },
    ]),
  );
  const read = (args: readonly string[]) =>
    parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const own = command.passesOn === true ? ownWords(read(argv).tokens, argv.length) : argv.length;
  const parsed = read(argv.slice(0, own));
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined;
    if (spec === undefined) {
      throw new UserError(`unknown option "${token.rawName}" of rootlab ${name}`, {
        hint: suggestOption(name, command, token.name),
      });
    }
    if (spec.value === undefined && token.value !== undefined) {
      throw new UserError(`option "--${token.name}" of rootlab ${name} takes no value`, {
        hint: `write --${token.name} alone`,
      });
    }
    if (
      spec.value !== undefined &&
      !spec.optional &&
      (token.value === undefined || (!token.inlineValue && /^-(?!\d)/.test(token.value)))
    ) {
      throw new UserError(`option "--${token.name}" of rootlab ${name} needs a value`, {
        hint: `write --${token.name}=${spec.value}`,
      });
    }
    if (spec.choices !== undefined && token.value !== undefined && !allows(spec.choices, token.value)) {
      const near = nearest(token.value, spec.choices);
      throw new UserError(`"${token.value}" is no value of --${token.name}`, {
        hint: `${near === undefined ? '' : `did you mean "${near}"? `}it takes: ${spec.choices.join(', ')}`,
      });
    }
  }
  const [surplus] = parsed.positionals;
  if (surplus !== undefined && command.usage.replace('[OPTIONS]', '').trim() === '') {
    throw new UserError(`rootlab ${name} takes no "${surplus}"`, {
      hint: `write rootlab ${name} alone; "rootlab ${name} --help" lists its options`,
    });
  }
  const given = (key: string): readonly string[] => {
    const value = parsed.values[key];
    return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
  };
  return {
    words: [...parsed.positionals, ...argv.slice(own).filter((word, at) => at > 0 || word !== '--')],
    signal,
    flag: (key) => parsed.values[key] === true,
    value: (key) => given(key).at(-1),
    values: given,
  };
}

/** What a command line says nothing of, as a file has it. */
export function withDefaults(input: Input, defaults: Readonly<Record<string, string>>): Input {
  return {
    ...input,
    flag: (name) => input.flag(name) || defaults[name] === 'true',
    value: (name) => input.value(name) ?? defaults[name],
  };
}

/** How many words are ours: all before the second one that is no option, or before `--`. */
function ownWords(tokens: readonly { readonly kind: string; readonly index: number }[], all: number): number {
  const end = tokens.find(({ kind }) => kind === 'option-terminator');
  const [, second] = tokens.filter(({ kind }) => kind === 'positional');
  return Math.min(end?.index ?? all, second?.index ?? all);
}

/** `before=STEP` → `before=`. */
export function openChoice(choice: string): string {
  return choice.replace(/(?<==)[A-Z]+$/, '');
}

function allows(choices: readonly string[], value: string): boolean {
  return choices.some((choice) => {
    const open = openChoice(choice);
    return open === choice ? value === choice : value.startsWith(open) && value !== open;
  });
}

function suggestOption(name: string, command: Command, given: string): string {
  const known = Object.keys(command.options);
  const near = nearest(given, [...known, 'help']);
  if (near !== undefined) return `did you mean --${near}? "rootlab ${name} --help" lists all`;
  return `"rootlab ${name} --help" lists the options`;
}

export function commandHelp(name: string, command: Command): string {
  const rows = Object.entries(command.options).map(([key, spec]): readonly [string, string] => [
    `${spec.short === undefined ? '    ' : `-${spec.short}, `}${optionWords(key, spec)}`,
    spec.help,
  ]);
  rows.push(['    --help', 'this text']);
  return [
    command.summary,
    '',
    `Usage: rootlab ${name} ${command.usage}`.trimEnd(),
    ...(command.description === undefined ? [] : ['', command.description]),
    '',
    'Options:',
    ...table(rows),
    ...(command.examples.length === 0
      ? []
      : ['', 'Examples:', ...table(command.examples.map(([line, what]) => [line, what] as const))]),
    '',
  ].join('\n');
}

/** `--jobs=N`, `--shuffle[=SEED]`. */
export function optionWords(name: string, { value, optional }: OptionSpec): string {
  if (value === undefined) return `--${name}`;
  return optional ? `--${name}[=${value}]` : `--${name}=${value}`;
}

/** Two columns, the second wrapped under itself. */
export function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(46, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const words = right.split(' ');
    const lines: string[] = [];
    let line = '';
    for (const word of words) {
      if (line !== '' && line.length + 1 + word.length > 100 - width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
    const head =
      left.length > width
        ? [`  ${left}`, `  ${' '.repeat(width)}  ${lines[0] ?? ''}`]
        : [`  ${left.padEnd(width)}  ${lines[0] ?? ''}`];
    return [...head, ...lines.slice(1).map((rest) => `  ${' '.repeat(width)}  ${rest}`)];
  });
}
