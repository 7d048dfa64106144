/** The words and options that select jobs, alike in `run` and `list`. */
import type { Input, OptionSpec } from '../command.ts';
import type { Selection } from '../../src/plan.ts';

export const jobOptions: Readonly<Record<string, OptionSpec>> = {
  tag: { value: 'EXPR', multiple: true, help: 'only jobs with these tags: words with not, and, or' },
  image: { value: 'NAME', multiple: true, help: 'only jobs on this image; repeatable' },
};

export function selection(input: Input): Selection {
  return { tags: input.values('tag'), images: input.values('image') };
}
