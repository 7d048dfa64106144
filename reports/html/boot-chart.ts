/**
 * One boot as a chart: for each unit when it was activating and since when it is active, over one time axis.
 *
 * It is a table whose last column is drawn, so that it reads without seeing it; positions are percentages, so that
 * it fits every width without scaling its text.
 */
import { describeDuration } from '../../src/describe-text.ts';
import type { BootData, BootUnit } from '../../src/event.ts';
import { bootLists } from './critical-chain.ts';
import { html, type Html } from './element.ts';
import { axis, gridLines, makeScale, percent, type Scale } from './scale.ts';

/** `id` is of the chart in the page. */
export function bootChart(boot: BootData, name: string, id: string): Html {
  const grid = `${id}/grid`;
  const goal = boot.units.findLast(({ name }) => name === 'graphical.target') ?? target(boot);
  const endMs = Math.max(boot.totalMs, ...boot.units.map((unit) => unit.activatedMs), 1);
  const worth = boot.units.filter(
    (unit) => tookMs(unit) >= 1 || isTarget(unit) || unit.activeState === 'failed',
  );
  const shown = worth.toSorted((a, b) => a.activatingMs - b.activatingMs);
  const hidden = boot.units.length - shown.length;
  const slowest = boot.units.reduce<BootUnit | undefined>(
    (worst, unit) => (worst === undefined || tookMs(unit) > tookMs(worst) ? unit : worst),
    undefined,
  );
  const scale = makeScale(endMs);
  const goalMs = goal?.activatedMs ?? boot.totalMs;
  return html`<details class="boot">
    <summary>
      <span>Boot chart</span> <b>${describeDuration(boot.totalMs)}</b
      ><span class="dim">
        · systemd
        ${boot.systemdVersion}${
          slowest === undefined ? '' : ` · slowest ${slowest.name} ${describeDuration(tookMs(slowest))}`
        }</span
      >
    </summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Boot chart of ${name}">
      <table class="chart">
        <caption class="sr">
          Units by the time they began; times from the start of userspace
        </caption>
        <thead>
          <tr>
            <th scope="col">Unit</th>
            <th scope="col">Took</th>
            <th scope="col"><span class="sr">When</span>${axis(scale, grid)}</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((unit) => row(unit, scale, { goalMs, grid }))}
        </tbody>
      </table>
    </div>
    <p class="legend">
      <span class="k act"></span>activating <span class="k on"></span>active <span class="k goal"></span>${
        goal === undefined ? 'boot finished' : `${goal.name} reached`
      }
      ${describeDuration(goalMs)}${hidden > 0 ? html`<span class="dim"> · ${hidden} units that took under 1 ms are left out</span>` : undefined}
    </p>
    ${bootLists(boot, goal)}
  </details>`;
}

function row(unit: BootUnit, scale: Scale, { goalMs, grid }: { goalMs: number; grid: string }): Html {
  const x = (ms: number): string => percent(ms, scale);
  const kind = unit.activeState === 'failed' ? 'failed' : isTarget(unit) ? 'target' : '';
  const bars = isTarget(unit)
    ? html`<svg x="${x(unit.activatedMs)}" overflow="visible"><path d="M0 6l5 5-5 5-5-5z" /></svg>`
    : html`<rect
          class="on"
          x="${x(unit.activatedMs)}"
          y="8"
          width="${x(scale.endMs - unit.activatedMs)}"
          height="6"
        /><rect
          class="act"
          x="${x(unit.activatingMs)}"
          y="5"
          width="${x(Math.max(tookMs(unit), scale.endMs / 400))}"
          height="12"
          rx="2"
        />`;
  const state = unit.activeState === 'failed' ? html` <span class="o-failed">failed</span>` : undefined;
  return html`<tr class="${kind}">
    <th scope="row" title="${unit.name}">${unit.name}${state}</th>
    <td>${isTarget(unit) ? `@${describeDuration(unit.activatedMs)}` : describeDuration(tookMs(unit))}</td>
    <td>
      <svg class="track" aria-hidden="true">
        ${gridLines(grid)}${bars}
        <line class="goal" x1="${x(goalMs)}" x2="${x(goalMs)}" y2="22" /></svg
      ><span class="sr"
        >from ${describeDuration(unit.activatingMs)} to ${describeDuration(unit.activatedMs)}</span
      >
    </td>
  </tr>`;
}

function target(boot: BootData): BootUnit | undefined {
  return boot.units
    .filter((unit) => unit.name === 'multi-user.target' || unit.name === 'default.target')
    .at(-1);
}

function tookMs(unit: BootUnit): number {
  return Math.max(unit.activatedMs - unit.activatingMs, 0);
}

function isTarget(unit: BootUnit): boolean {
  return unit.name.endsWith('.target');
}
