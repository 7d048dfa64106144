/** How an outcome looks: a shape, a word and a colour, never a colour alone. */
import { OUTCOME_WORDS } from '../../src/describe.ts';
import type { Outcome } from '../../src/event.ts';
import { html, type Html } from './element.ts';

/** The shape alone, for places where the word stands beside it. */
export function icon(outcome: Outcome): Html {
  return html`<span class="i o-${outcome}"></span>`;
}

/** Shape, and the word for those who do not see it: as text behind the shape, since a page holds thousands. */
export function mark(outcome: Outcome): Html {
  return html`<span class="i o-${outcome}">${OUTCOME_WORDS[outcome]}: </span>`;
}

export function badge(outcome: Outcome): Html {
  return html`<span class="badge o-${outcome}">${icon(outcome)}${OUTCOME_WORDS[outcome]}</span>`;
}
