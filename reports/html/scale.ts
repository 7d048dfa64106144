/** A time axis: where a moment lies on it, and its marks. */
import { describeDuration } from '../../src/describe-text.ts';
import { html, type Html } from './element.ts';
import { anchorHref } from './words.ts';

export interface Scale {
  readonly endMs: number;
  readonly ticks: readonly number[];
}

/** About five marks at round times. */
export function makeScale(endMs: number): Scale {
  const rough = endMs / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((size) => size >= rough) ?? rough;
  const ticks: number[] = [];
  for (let at = 0; at <= endMs * 0.94; at += step) ticks.push(at);
  return { endMs, ticks };
}

/** Of the width, so that it fits every one without scaling its text. */
export function percent(ms: number, { endMs }: Scale): string {
  return `${Math.round((ms / endMs) * 1e4) / 100}%`;
}

/** The marks, and the lines below them once for all rows. */
export function axis(scale: Scale, id: string): Html {
  return html`<svg class="axis" aria-hidden="true">
    <defs>
      <g id="${id}">
        ${scale.ticks.map((at) => html`<line x1="${percent(at, scale)}" x2="${percent(at, scale)}" y2="22" />`)}
      </g>
    </defs>
    ${scale.ticks.map(
      (at) => html`<text x="${percent(at, scale)}" y="11">${at === 0 ? '0' : describeDuration(at)}</text>`,
    )}
  </svg>`;
}

export function gridLines(id: string): Html {
  return html`<use href="${anchorHref(id)}" />`;
}
