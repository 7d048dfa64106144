/** `rootlab doctor`: what this computer can do, how that was found, and what would bring the rest. */
import type { Command } from '../command.ts';
import { probeAll, type FactName, type NamedFact } from '../facts.ts';

/** Without these no machine can be made at all. */
const required: ReadonlySet<FactName> = new Set(['root', 'nspawn', 'overlay', 'mmdebstrap']);

export const doctor: Command = {
  summary: 'Say what this computer can do, and what is missing',
  usage: '[OPTIONS]',
  description:
    'Changes nothing. The names are those that a scenario asks for in "needs". Ends with 1 where no machine can be made.',
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
  const needed = facts.filter(({ name }) => required.has(name));
  const others = facts.filter(({ name }) => !required.has(name));
  const width = Math.max(...facts.map(({ name }) => name.length));
  const lines = (group: readonly NamedFact[]): readonly string[] =>
    group.flatMap(({ name, ok, found, fix }) => [
      `  ${ok ? '✓' : '·'} ${name.padEnd(width)}  ${found}`,
      ...(fix === undefined || ok ? [] : [`    ${' '.repeat(width)}  to get it: ${fix}`]),
    ]);
  const verdict =
    missing.length === 0
      ? 'This computer can run machines.'
      : `This computer cannot run machines yet: ${missing.map(({ name }) => name).join(', ')} missing.`;
  return [
    verdict,
    '',
    'Needed for every machine:',
    ...lines(needed),
    '',
    'For scenarios that ask for it:',
    ...lines(others),
    '',
  ].join('\n');
}
