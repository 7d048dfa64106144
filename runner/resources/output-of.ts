/** The resource `output-of` where only `exists` is asked: whether its command could be typed. It is not. */
import { shellWord } from '../../src/describe-text.ts';
import { commandWord } from '../../src/scenario/fact.ts';
import { absent, there } from './resource.ts';
import type { Resource } from './resource.ts';

export const outputOf: Resource = {
  first: { name: 'exists', expected: 'true' },
  // What the shell itself has, a builtin or a keyword, is found as well.
  collect: ({ name }) => `type -t -- ${shellWord(commandWord(name) ?? name)} >/dev/null`,
  read: ({ status }) => (status === 0 ? there({}) : absent),
};
