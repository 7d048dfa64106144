/** How an outcome looks: a shape, a word and a colour, never a colour alone. */
import { OUTCOME_WORDS } from '../../src/describe.ts';
import type { Outcome } from '../../src/event.ts';
import { html, trusted, type Html } from './element.ts';

/** The shape alone, for places where the word stands beside it. */
export function icon(outcome: Outcome): Html {
  return html`<svg class="i o-${outcome}" aria-hidden="true"><use href="#i-${outcome}" /></svg>`;
}

/** Shape, and the word for those who do not see it. */
export function mark(outcome: Outcome): Html {
  return html`${icon(outcome)}<span class="sr">${OUTCOME_WORDS[outcome]}: </span>`;
}

export function badge(outcome: Outcome): Html {
  return html`<span class="badge o-${outcome}">${icon(outcome)}${OUTCOME_WORDS[outcome]}</span>`;
}

const DISC = '<circle cx="8" cy="8" r="7" fill="currentColor"/>';
const RING = '<circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.8"/>';
const line = (d: string, on = 'cut'): string => `<path class="${on}" d="${d}"/>`;

const SHAPES: Readonly<Record<Outcome, string>> = {
  passed: DISC + line('M4.6 8.3l2.3 2.3 4.5-4.9'),
  failed: DISC + line('M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4'),
  'timed-out': DISC + line('M8 4.2V8l2.6 2'),
  errored: '<path d="M8 .9l7.3 13.4H.7z" fill="currentColor"/>' + line('M8 5.6v4M8 11.9v.1'),
  flaky: RING + line('M4.4 9c1.2-3 2.4-3 3.6-1s2.4 2 3.6-1', 'pen'),
  known: '<path d="M3.2 1.2h9.6v13.6L8 11.4l-4.8 3.4z" fill="currentColor"/>' + line('M6 5.6h4'),
  skipped: RING + line('M5.2 5.6L7.6 8l-2.4 2.4M8.4 5.6L10.8 8l-2.4 2.4', 'pen'),
  'not-run':
    '<circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.4 2.4"/>',
  interrupted:
    '<rect x="1.4" y="1.4" width="13.2" height="13.2" rx="3" fill="currentColor"/>' +
    line('M6 5.4v5.2M10 5.4v5.2'),
};

/** Stands once in the page; `icon` refers to it. */
export const SPRITE: Html = trusted(
  `<svg class="sprite" aria-hidden="true">${Object.entries(SHAPES)
    .map(([outcome, shape]) => `<symbol id="i-${outcome}" viewBox="0 0 16 16">${shape}</symbol>`)
    .join('')}</svg>`,
);
