/** `rootlab schema`: the JSON Schema of scenario files, for editors. */
import { scenarioJsonSchema } from '../../src/schema.ts';
import type { Command } from '../command.ts';

export const schema: Command = {
  summary: 'Print the JSON Schema of scenario files',
  usage: '',
  description: 'Editors use it where a file begins with: # yaml-language-server: $schema=PATH',
  options: {},
  examples: [['rootlab schema > scenarios/schema.json', 'what the project ships']],
  execute: async () => {
    process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    return 0;
  },
};
