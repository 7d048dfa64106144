/** Any two cells of a row of the matrix, side by side in a dialog: what they printed, normalised. */
import { normaliseLines } from '../../../src/normalise.ts';
import { sideBySide, type SideRow } from '../../../src/side-by-side.ts';
import { button, say } from './dom.ts';
import type { Packs } from './unpack.ts';

interface Cell {
  readonly column: string;
  readonly step: Element;
}

/** One a cell; of repeats one that passed, and those that did not. */
const LINKS = 'td > a:not(.tag)';

export function addComparison(packs: Packs): void {
  const grid = document.querySelector('.grid');
  if (grid === null) return;
  const columns = [...grid.querySelectorAll('thead th')].map(
    (th) => th.firstChild?.textContent?.trim() ?? '',
  );
  let dialog: ReturnType<typeof makeDialog> | undefined;
  for (const row of grid.querySelectorAll<HTMLTableRowElement>('.s')) {
    const head = row.cells[0];
    const places = [...row.querySelectorAll(LINKS)].map((link) => link.getAttribute('href'));
    if (head === undefined || new Set(places).size < 2) continue;
    const title = head.textContent ?? '';
    const made = button('Compare', () => {
      void cellsOf(row, columns, packs).then((cells) => {
        dialog ??= makeDialog();
        dialog.open(title, cells, made);
      });
    });
    made.setAttribute('aria-label', `Compare: ${title}`);
    head.append(' ', made);
  }
}

/** Those that ran, in their order, with what they printed. */
async function cellsOf(
  row: HTMLTableRowElement,
  columns: readonly string[],
  packs: Packs,
): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const link of row.querySelectorAll(LINKS)) {
    const index = [...row.cells].findIndex((cell) => cell.contains(link));
    const step = await packs.place(decodeURIComponent(link.getAttribute('href')?.slice(1) ?? ''));
    if (step === null || cells.some((cell) => cell.step === step)) continue;
    await packs.unpack(step.firstElementChild);
    const repeat = /,repeat=(\d+)\//.exec(step.id)?.[1];
    cells.push({ column: `${columns[index]}${repeat === undefined ? '' : ` #${repeat}`}`, step });
  }
  return cells;
}

function makeDialog(): { open(title: string, cells: readonly Cell[], from: HTMLElement): void } {
  const dialog = document.createElement('dialog');
  dialog.className = 'wide';
  const heading = document.createElement('h2');
  heading.id = 'cells';
  dialog.setAttribute('aria-labelledby', heading.id);
  const tools = document.createElement('div');
  tools.className = 'tools';
  const region = document.createElement('div');
  region.className = 'scroll framed';
  region.tabIndex = 0;
  region.setAttribute('role', 'region');
  region.setAttribute('aria-label', 'Side by side');
  dialog.append(
    heading,
    tools,
    region,
    document.createElement('p'),
    button('Close', () => dialog.close()),
  );
  document.body.append(dialog);
  return {
    open: (title, cells, from) => {
      heading.textContent = title;
      const show = (): void => {
        const [a, b] = [cells[left.selectedIndex], cells[right.selectedIndex]];
        if (a !== undefined && b !== undefined) region.replaceChildren(tableOf(a, b));
      };
      const left = choice('Left', cells, 0, show);
      // What stands apart is what one wants to see.
      const marked = cells.findIndex(({ step }) => isMarked(from, step));
      const right = choice('Right', cells, marked > 0 ? marked : 1, show);
      tools.replaceChildren(left, right);
      show();
      dialog.showModal();
    },
  };
}

function isMarked(from: HTMLElement, step: Element): boolean {
  const links = [...(from.closest('tr')?.querySelectorAll('td') ?? [])].filter((td) =>
    td.querySelector('.tag'),
  );
  return links.some(
    (td) => decodeURIComponent(td.querySelector('a')?.getAttribute('href') ?? '').slice(1) === step.id,
  );
}

function choice(label: string, cells: readonly Cell[], at: number, act: () => void): HTMLSelectElement {
  const select = document.createElement('select');
  select.setAttribute('aria-label', label);
  for (const { column } of cells) select.add(new Option(column));
  select.selectedIndex = at;
  select.addEventListener('change', act);
  return select;
}

function tableOf(left: Cell, right: Cell): HTMLElement {
  const rows = sideBySide(linesOf(left.step), linesOf(right.step));
  const table = document.createElement('table');
  table.className = 'diff sides';
  const head = table.createTHead().insertRow();
  for (const cell of [left, right]) {
    const th = document.createElement('th');
    th.scope = 'col';
    th.textContent = `${cell.column}: ${wordOf(cell.step)}`;
    head.append(th);
  }
  const body = table.createTBody();
  for (const row of rows) addRow(body.insertRow(), row);
  const changes = rows.filter(({ kind }) => kind !== 'same' && kind !== 'gap').length;
  const words = rows.length === 0 ? 'Neither printed anything' : `${changes || 'No'} lines differ`;
  if (changes === 0) table.createCaption().textContent = words;
  say(words);
  return table;
}

/** The outcome in words, as the row of the step says it to those who do not see. */
function wordOf(step: Element): string {
  const word = step.querySelector('.row .i')?.textContent?.replace(/:\s*$/, '') ?? '';
  const exit = step.querySelector('.row .exit')?.textContent;
  const time = step.querySelector('.row .time')?.textContent?.trim();
  return [word, exit, time].filter(Boolean).join(', ');
}

function linesOf(step: Element): readonly string[] {
  const captures = [...step.querySelectorAll('.values div')].map((pair) => [
    pair.querySelector('dt')?.textContent ?? '',
    pair.querySelector('dd')?.textContent ?? '',
  ]);
  const text = [...step.querySelectorAll('t-l, t-cut')].map((line) => line.textContent).join('\n');
  const caught = captures
    .filter(([name]) => name?.startsWith('$'))
    .map(([name, value]) => [name?.slice(1), value]);
  return normaliseLines(text, Object.fromEntries(caught));
}

function addRow(tr: HTMLTableRowElement, { kind, left, right, leftParts, rightParts }: SideRow): void {
  tr.className = kind;
  const sides = [
    { text: left, parts: leftParts, side: 'exp' },
    { text: right, parts: rightParts, side: 'act' },
  ];
  for (const { text, parts = [], side } of sides) {
    const td = tr.insertCell();
    if (text === undefined) continue;
    if (kind !== 'same' && kind !== 'gap') td.className = side;
    let at = 0;
    for (const [start, end] of parts) {
      const mark = document.createElement('mark');
      mark.textContent = text.slice(start, end);
      td.append(text.slice(at, start), mark);
      at = end;
    }
    td.append(text.slice(at));
  }
}
