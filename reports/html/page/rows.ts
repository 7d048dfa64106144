/** The steps of the page as a query sees them: read from its elements, and from the rows and details that are packed. */
import type { QueryCell, QueryStep } from '../../../src/query.ts';
import { splitJob } from '../../../src/job-name.ts';
import { OUTCOMES } from '../../../src/outcome.ts';
import { createTexts, type Texts } from './texts.ts';
import { plainText, type Packs } from './unpack.ts';

export interface JobRows {
  readonly element: HTMLDetailsElement;
  /** In lower case; all its rows have it. */
  readonly summary: string;
  readonly rows: readonly Row[];
  readonly together: readonly Together[];
  readonly texts: Texts;
}
export interface Row extends QueryStep {
  cells: readonly QueryCell[];
  isDifferent: boolean;
  /** Absent while the row is packed. */
  element?: HTMLElement | undefined;
  /** Where its details are packed. */
  at?: string | undefined;
}
/** Rows that one row stands for. */
export interface Together {
  readonly element: HTMLElement;
  readonly details: HTMLDetailsElement;
  readonly from: number;
  readonly count: number;
  /** Where they are packed. */
  readonly at?: string | undefined;
}

export interface Rows {
  readonly jobs: readonly JobRows[];
  /** What is packed is read once, when it is asked for. */
  readonly whole: { readonly done: boolean; read(): Promise<void> };
}

type NoteCell = (id: string, row: Row) => void;

export function readRows(packs: Packs): Rows {
  const cells = new Map<string, QueryCell[]>();
  const unread: (() => Promise<void>)[] = [];
  const jobs = [...document.querySelectorAll<HTMLDetailsElement>('.jobs > .job')].map((element) => {
    const [scenario, cell] = splitJob(element.id);
    const names = [cell, ...(element.dataset['systemd']?.split(' ') ?? [])];
    const note: NoteCell = (id, row) => {
      const key = `${scenario}\n${id.slice(element.id.length)}`;
      const own = cells.get(key) ?? [];
      cells.set(key, own);
      own.push({ names, outcome: row.outcome });
      row.cells = own;
    };
    const job = readJob(element, note);
    if (job.rows.some(({ at }) => at !== undefined) || job.together.some(({ at }) => at !== undefined))
      unread.push(async () => readPacked(job, note, packs));
    return job;
  });
  let done = unread.length === 0;
  let reading: Promise<void> | undefined;
  const readAll = async (): Promise<void> => {
    for (const read of unread) await read();
    done = true;
  };
  return {
    jobs,
    whole: {
      get done() {
        return done;
      },
      read: async () => (reading ??= readAll()),
    },
  };
}

function readJob(job: HTMLDetailsElement, note: NoteCell): JobRows {
  const rows: Row[] = [];
  const together: Together[] = [];
  const texts = createTexts();
  const tags = job.dataset['tags']?.split(' ') ?? [];
  const add = (of: Element): Row => {
    const row = { job: job.id, tags, outcome: outcomeOf(of), cells: [], isDifferent: false };
    rows.push(row);
    return row;
  };
  const steps = [...job.querySelectorAll<HTMLElement>('.step, .rest')];
  for (const element of steps.length === 0 ? [job] : steps) {
    const details = element.firstElementChild;
    if (element.matches('.rest') && details instanceof HTMLDetailsElement) {
      const { at, count } = details.dataset;
      together.push({ element, details, from: rows.length, count: Number(count), at });
      // Those that are unpacked follow as elements.
      for (let left = at === undefined ? 0 : Number(count); left > 0; left -= 1) {
        texts.add(rows.length, '');
        add(element);
      }
      continue;
    }
    const row = add(element);
    row.element = element;
    row.isDifferent = element.hasAttribute('data-different');
    row.at = details?.getAttribute('data-at') ?? undefined;
    note(element.id, row);
    texts.add(rows.length - 1, `${element.id}\n${element.textContent ?? ''}`);
  }
  const summary = (job.firstElementChild?.textContent ?? '').toLowerCase();
  return { element: job, summary, rows, together, texts };
}

/** Texts are of use once all of them are there. */
async function readPacked({ rows, together, texts }: JobRows, note: NoteCell, packs: Packs): Promise<void> {
  for (const { at, from } of together) {
    const [, ...packed] =
      (at === undefined ? undefined : await packs.read(at))?.split('<li class="step') ?? [];
    for (const [index, html] of packed.entries()) {
      const row = rows[from + index];
      if (row === undefined) break;
      const id = plainText(/ id="([^"]*)"/.exec(html)?.[1] ?? '');
      row.isDifferent = html.includes(' data-different>');
      row.at = / data-at="([^"]*)"/.exec(html)?.[1];
      note(id, row);
      texts.add(from + index, `${id}\n${plainText(`<li${html}`)}`);
    }
  }
  for (const [index, { at }] of rows.entries()) {
    const html = at === undefined ? undefined : await packs.read(at);
    if (html !== undefined) texts.add(index, plainText(html));
  }
  texts.join();
}

function outcomeOf(element: Element): Row['outcome'] {
  const mark = element.querySelector('.i');
  return OUTCOMES.find((outcome) => mark?.classList.contains(`o-${outcome}`)) ?? 'not-run';
}
