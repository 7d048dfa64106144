/** `rootlab draft`: a first scenario, written from what is there. */
import { writeFileSync } from 'node:fs';

import { UserError } from '../../src/error.ts';
import { nearest } from '../../src/nearest.ts';
import type { Command } from '../command.ts';
import { thisComputer } from '../draft/computer.ts';
import { draftKinds } from '../draft/index.ts';
import { writeDraft } from '../draft/write.ts';
import { errorCode, fileCause } from '../file-error.ts';

export const draft: Command = {
  summary: 'Write a first scenario from this very computer: what holds today',
  usage: `${Object.keys(draftKinds).join('|')} [OPTIONS]`,
  description:
    'Looks, and changes nothing. Only what is worth asserting is written, each fact with a comment why, and nothing\n' +
    'that changes by itself. The scenario passes here at once, and fails on a computer that differs. As root more is\n' +
    'seen: which process listens.',
  options: {
    output: { value: 'FILE', help: 'write it there (default: standard output)' },
    force: { help: 'replace FILE if it is there already' },
  },
  examples: [
    ['rootlab draft host --output scenarios/this-host.yaml', 'a first draft'],
    ['rootlab run scenarios/this-host.yaml --allow-host', 'and its first run: it asks df for free space'],
  ],
  async execute(input) {
    const [name, ...more] = input.words;
    const kind = name !== undefined && Object.hasOwn(draftKinds, name) ? draftKinds[name] : undefined;
    if (kind === undefined || more.length > 0) throw unknownKind(name, more);
    const written = await writeDraft(kind, thisComputer(input.signal));
    const file = input.value('output');
    if (file === undefined) {
      process.stdout.write(written.text);
      return 0;
    }
    writeNew(file, written.text, input.flag('force'));
    const allow = written.types ? ' --allow-host' : '';
    process.stdout.write(
      `${file}: ${written.checks} checks in ${written.steps} steps\nrun it: rootlab run ${file}${allow}\n`,
    );
    return 0;
  },
};

function unknownKind(name: string | undefined, more: readonly string[]): UserError {
  const known = Object.keys(draftKinds);
  if (name === undefined)
    return new UserError('cannot draft a scenario: of what?', { hint: `write rootlab draft ${known[0]}` });
  if (more.length > 0 && known.includes(name))
    return new UserError(`cannot draft "${name}": "${more[0]}" is one word too many`, {
      hint: `the file is named by an option: rootlab draft ${name} --output=${more[0]}`,
    });
  const near = nearest(name, known);
  return new UserError(`cannot draft "${name}": unknown`, {
    hint: `${near === undefined ? '' : `did you mean "${near}"? `}drafts are made of: ${known.join(', ')}`,
  });
}

const hints: Readonly<Record<string, string>> = {
  EEXIST: 'replace it with --force, or name another file',
  ENOENT: 'make the folder first',
  EISDIR: 'name a file in it',
};

/** What a person made of an earlier draft is never lost. */
function writeNew(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const cause = errorCode(error) === 'ENOENT' ? 'there is no such folder' : fileCause(error);
    throw new UserError(`cannot write "${file}": ${cause}`, {
      hint: hints[errorCode(error)] ?? 'name another file',
    });
  }
}
