/** Beside a boot chart: what took longest (blame), and the units whose ends the goal waited for in turn. */
import { describeDuration } from '../../src/describe-text.ts';
import type { BootData, BootUnit } from '../../src/event.ts';
import { html, type Html } from './element.ts';

const MOST_BLAMED = 10;

export function bootLists(boot: BootData, goal: BootUnit | undefined): Html | undefined {
  const blamed = boot.units
    .filter((unit) => tookMs(unit) >= 1)
    .toSorted((a, b) => tookMs(b) - tookMs(a))
    .slice(0, MOST_BLAMED);
  const chain = goal === undefined ? [] : chainTo(goal, boot.units);
  if (blamed.length === 0) return undefined;
  return html`<div class="boot-lists">
    <table>
      <caption>
        Took longest
      </caption>
      <tbody>
        ${blamed.map((unit) => line(describeDuration(tookMs(unit)), unit))}
      </tbody>
    </table>
    ${
      chain.length < 2
        ? undefined
        : html`<table>
            <caption>
              Critical chain, by the times alone
            </caption>
            <tbody>
              ${chain.map((unit) => line(`@${describeDuration(unit.activatedMs)}`, unit))}
            </tbody>
          </table>`
    }
  </div>`;
}

/** From the goal backwards: each time the unit that was up last before the one before it began. */
export function chainTo(goal: BootUnit, units: readonly BootUnit[]): readonly BootUnit[] {
  const chain = [goal];
  for (let last = goal; ;) {
    const before = units.reduce<BootUnit | undefined>(
      (best, unit) =>
        tookMs(unit) >= 1 &&
        !chain.includes(unit) &&
        unit.activatedMs <= last.activatingMs &&
        (best === undefined || unit.activatedMs > best.activatedMs)
          ? unit
          : best,
      undefined,
    );
    if (before === undefined) return chain;
    chain.push(before);
    last = before;
  }
}

function line(time: string, unit: BootUnit): Html {
  const took = tookMs(unit) >= 1 && time.startsWith('@') ? ` +${describeDuration(tookMs(unit))}` : '';
  return html`<tr>
    <td>${time}${took}</td>
    <th scope="row">${unit.name}</th>
  </tr>`;
}

function tookMs(unit: BootUnit): number {
  return Math.max(unit.activatedMs - unit.activatingMs, 0);
}
