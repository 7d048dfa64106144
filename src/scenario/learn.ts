/** `learn`: what a workshop tells a learner about a step. */
import * as z from 'zod';
import { resources } from './resource.ts';
import { list, object } from './shape.ts';
import { rawText, text } from './text.ts';

const fields = object(
  { what: 'learn' },
  {
    hints: list('hints', text('a hint')).default([]),
    explain: list(
      'explain',
      object({ what: 'an explanation' }, { when: resources, say: rawText('say') }),
    ).default([]),
    wrong: list(
      'wrong',
      object({ what: 'a wrong command' }, { run: rawText('run'), hint: text('hint') }),
    ).default([]),
    reset: rawText('reset').optional(),
    solution: rawText('solution').optional(),
  },
);
export const learn = fields;
export type Learn = Omit<z.output<typeof fields>, 'at'>;
