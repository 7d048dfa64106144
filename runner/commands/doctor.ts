/** `rootlab doctor`: what this computer can do, how that was found, and what would bring the rest. */
import type { Command } from '../command.ts';
import { probeAll, type FactName, type NamedFact } from '../facts.ts';

/** What is looked at first, and what cannot be done where some of it is missing. */
const groups: readonly {
  readonly title: string;
  readonly names: readonly FactName[];
  readonly without: string;
}[] = [
  {
    title: 'Needed for every machine',
    names: ['root', 'nspawn', 'overlay'],
    without: 'This computer cannot run machines yet',
  },
  {
    title: 'Needed to make the images that come with rootlab',
    names: ['mmdebstrap'],
    without: 'This computer can run machines, but cannot make the images that come with rootlab yet',
  },
];
const required: ReadonlySet<FactName> = new Set(groups.flatMap(({ names }) => names));

export const doctor: Command = {
  summary: 'Say what this computer can do, and what is missing',
  usage: '[OPTIONS]',
  description:
    'Changes nothing. The names are those that a scenario asks for in "needs". Ends with 1 where no machine or no image can be made.',
  options: { json: { help: 'as one JSON object' } },
  examples: [['rootlab doctor --json', 'for a program']],
  async execute(input) {
    const facts = await probeAll(input.signal);
    const missing = facts.filter(({ name, ok }) => !ok && required.has(name));
    if (input.flag('json')) {
      const named = Object.fromEntries(facts.map(({ name, ...fact }) => [name, fact]));
      process.stdout.write(`${JSON.stringify({ ready: missing.length === 0, facts: named }, null, 2)}\n`);
    } else {
      process.stdout.write(doctorText(facts, missing));
    }
    return missing.length === 0 ? 0 : 1;
  },
};

function doctorText(facts: readonly NamedFact[], missing: readonly NamedFact[]): string {
  const width = Math.max(...facts.map(({ name }) => name.length));
  const section = (title: string, isIn: (name: FactName) => boolean): readonly string[] => [
    '',
    `${title}:`,
    ...facts
      .filter(({ name }) => isIn(name))
      .flatMap(({ name, ok, found, fix }) => [
        `  ${ok ? '✓' : '·'} ${name.padEnd(width)}  ${found}`,
        ...(fix === undefined || ok ? [] : [`    ${' '.repeat(width)}  to get it: ${fix}`]),
      ]),
  ];
  const lacks = groups.find(({ names }) => missing.some(({ name }) => names.includes(name)));
  const verdict =
    lacks === undefined
      ? 'This computer can run machines.'
      : `${lacks.without}: ${missing.map(({ name }) => name).join(', ')} missing.`;
  return [
    verdict,
    ...groups.flatMap(({ title, names }) => section(title, (name) => names.includes(name))),
    ...section('For scenarios that ask for it', (name) => !required.has(name)),
    '',
  ].join('\n');
}
