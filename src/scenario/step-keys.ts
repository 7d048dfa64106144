/** What the keys of one step say together. */
import { nearest } from '../nearest.ts';
import { report } from '../problem.ts';
import type { MapCell } from '../yaml.ts';
import { checkContent } from './machine.ts';
import { problem } from './shape.ts';
import { checkReferences } from './text.ts';
import type { VerbName } from './verb.ts';

export function checkStep(map: MapCell, verb: VerbName): void {
  if (verb === 'write') checkContent(map);
  if (verb === 'ask') checkAnswer(map);
  const substituted = map.entries.get('substitute')?.value;
  if (substituted?.kind === 'text' && substituted.text === 'true')
    for (const key of ['run', 'stdin', 'content']) {
      const value = map.entries.get(key)?.value;
      if (value?.kind === 'text') checkReferences(value.text, value);
    }
  const repeated = map.entries.get('within');
  const background = map.entries.get('background')?.value;
  // A check beside it is what is then repeated.
  if (repeated && !map.entries.has('check') && background?.kind === 'text' && background.text === 'true')
    report(
      map.source,
      repeated.offset,
      '"within" repeats nothing: a step in the background is started once',
      'give the step a check, or let a wait follow it',
    );
  const kept = map.entries.get('checkpoint');
  if (kept !== undefined && background?.kind === 'text' && background.text === 'true')
    report(
      map.source,
      kept.offset,
      '"checkpoint" keeps files only: a step in the background would not run after it',
      'put it on a step before this one',
    );
  const compared = map.entries.get('where');
  const expected = map.entries.get('expect')?.value;
  if (compared !== undefined && expected?.kind === 'map' && expected.entries.has('where'))
    report(map.source, compared.offset, '"where" stands in "expect" already', 'keep one of them');
}

/** Nobody could choose it. A computed answer is not known yet. */
function checkAnswer(map: MapCell): void {
  const answer = map.entries.get('answer')?.value;
  const choices = map.entries.get('choices')?.value;
  if (answer?.kind !== 'text' || choices?.kind !== 'list') return;
  const texts = choices.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));
  if (texts.includes(answer.text) || [...texts, answer.text].some((text) => text.includes('${'))) return;
  const near = nearest(answer.text, texts);
  problem(
    answer,
    `the answer "${answer.text}" is none of the choices`,
    near === undefined ? `the choices are: ${texts.join(', ')}` : `did you mean "${near}"?`,
  );
}
