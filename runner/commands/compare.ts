/** `rootlab compare`: what has changed between two runs. */
import { comparisonJson, comparisonText } from '../../reports/compare-text.ts';
import { between, imagesOf, type Between } from '../../src/compare-between.ts';
import { compareRuns, isWorse } from '../../src/compare.ts';
import { UserError } from '../../src/error.ts';
import type { Command } from '../command.ts';
import { findLog, openFinishedLog } from './merge-logs.ts';
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
    const images = imagePair(input.value('between'));
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
    const whole = await foldAll(openFinishedLog(logs.before));
    const later = logs.now === logs.before ? whole : await foldAll(openFinishedLog(logs.now));
    const runs = { baseline: whole, now: later };
    const { baseline, now } = images === undefined ? runs : betweenImages(runs, images);
    const comparison = compareRuns(baseline, now);
    process.stdout.write(
      input.flag('json') ? comparisonJson(comparison, baseline, now) : comparisonText(comparison),
    );
    return isWorse(comparison) ? 1 : 0;
  },
};

type ImagePair = readonly [before: string, after: string];

function imagePair(words: string | undefined): ImagePair | undefined {
  if (words === undefined) return undefined;
  const [before = '', after = '', ...more] = words.split(',');
  if (before === '' || after === '' || before === after || more.length > 0)
    throw new UserError(`--between takes two images, not "${words}"`, {
      hint: 'rootlab compare reports/out/latest --between=debian-12,debian-13',
    });
  return [before, after];
}

function betweenImages(runs: Between, [before, after]: ImagePair): Between {
  const asked = [
    [before, imagesOf(runs.baseline)],
    [after, imagesOf(runs.now)],
  ] as const;
  for (const [image, images] of asked)
    if (!images.includes(image))
      throw new UserError(`no job of the run is on the image "${image}"`, {
        hint: `it has ${images.join(', ')}`,
      });
  return between(runs, before, after);
}
