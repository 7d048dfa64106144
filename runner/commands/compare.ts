/** `rootlab compare`: what has changed between two runs. */
import { comparisonJson, comparisonText } from '../../reports/compare-text.ts';
import { compareRuns, isWorse } from '../../src/compare.ts';
import { UserError } from '../../src/error.ts';
import type { Command } from '../command.ts';
import { readImagePair, requireImages } from './image-pair.ts';
import { findLog, openWholeLog } from './merge-logs.ts';
import { foldAll } from './reporting.ts';

export const compare: Command = {
  summary: 'Say what has changed between two runs',
  usage: 'BASELINE [NOW] [OPTIONS]',
  description:
    'Both are logs, or folders of runs. A step that passed and fails now is a regression, one that was not there or did\n' +
    'not run a new failure; others are still failing, fixed, new passes, appeared or disappeared. Boot times and measures\n' +
    'stand below, with their spread where a job ran several times; then the units of the boots that moved most. Exit\n' +
    'status: 0 nothing is worse, 1 there is a regression or a new failure, 2 bad input.',
  options: {
    between: {
      value: 'OLD,NEW',
      help: 'jobs on the image OLD of BASELINE with those on NEW of NOW, else of the same run',
    },
    json: { help: 'as one JSON document' },
  },
  examples: [
    ['rootlab compare nightly.jsonl reports/out/latest', 'since the night'],
    ['rootlab compare reports/out/latest --between=debian-12,mine', 'what another image changes'],
    ['rootlab compare main.jsonl branch.jsonl --json', 'for a program'],
  ],
  async execute(input) {
    const images = readImagePair(input.value('between'));
    const [first, second = images && first, ...more] = input.words;
    if (first === undefined || second === undefined || more.length > 0)
      throw new UserError(
        'rootlab compare takes two logs: the baseline, and the run to be compared with it',
        {
          hint: 'rootlab compare nightly.jsonl reports/out/latest; "rootlab merge" makes one log of several',
        },
      );
    // Both are looked for before one is read.
    const logs = { before: findLog(first), now: findLog(second) };
    const baseline = await foldAll(openWholeLog(logs.before));
    const now = logs.now === logs.before ? baseline : await foldAll(openWholeLog(logs.now));
    if (images !== undefined) requireImages({ baseline, now }, images);
    const comparison = compareRuns(baseline, now, images);
    process.stdout.write(
      input.flag('json') ? comparisonJson(comparison, baseline, now) : comparisonText(comparison),
    );
    if (comparison.common === 0)
      process.stderr.write('note: --between=OLD,NEW compares one image with another\n');
    return isWorse(comparison) ? 1 : 0;
  },
};
