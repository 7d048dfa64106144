/** Shows only the jobs and steps that a query means; the query stands in the page's address. */
import { parseQuery } from '../../../src/query.ts';
import { say } from './dom.ts';
import { readRows, type JobRows } from './rows.ts';
import type { Packs } from './unpack.ts';

export interface Filter {
  /** Puts the cursor there. */
  focus(): void;
  /** Takes the query of the address; false where it has none. */
  openAddress(): boolean;
}

/** Hands that pause are done with a word. */
const PAUSE_MS = 60;
const ADDRESS = '#q=';
/** Jobs are opened for what was found up to this many steps. */
const MOST_OPENED = 100;

export function addFilter(tools: HTMLElement, packs: Packs): Filter {
  const input = document.createElement('input');
  input.type = 'search';
  input.placeholder = 'Filter: s:failed …';
  input.setAttribute('aria-label', 'Filter jobs and steps');
  const count = document.createElement('span');
  count.className = 'dim';
  tools.append(count, input);
  tools.hidden = false;
  const index = makeIndex(packs);
  let openedHere: HTMLDetailsElement[] = [];
  let pending = 0;

  const apply = (): void => {
    const query = parseQuery(input.value);
    const { jobs, whole } = index();
    let shown = 0;
    let all = 0;
    for (const job of openedHere) job.open = false;
    openedHere = [];
    for (const { element, rows } of jobs) {
      const before = shown;
      for (const row of rows) {
        const holds = query.isEmpty || query.holds(row);
        if (row.element.hidden === holds) row.element.hidden = !holds;
        if (holds) shown += 1;
      }
      all += rows.length;
      element.hidden = shown === before && rows.length > 0;
      if (query.isEmpty || element.hidden || element.open || before > MOST_OPENED) continue;
      element.open = true;
      openedHere.push(element);
    }
    const words = query.isEmpty ? '' : `${shown} of ${all} steps`;
    count.textContent = [...query.problems, words].join(' · ');
    if (words !== '') say(`${count.textContent} shown`);
    if (query.readsText && !whole.done) void whole.read().then(apply);
  };
  input.addEventListener('focus', () => void index().whole.read());
  input.addEventListener('input', () => {
    window.clearTimeout(pending);
    pending = window.setTimeout(() => {
      const { pathname, search } = location;
      history.replaceState(null, '', input.value === '' ? pathname + search : addressOf(input.value));
      apply();
    }, PAUSE_MS);
  });
  return {
    focus: () => {
      input.scrollIntoView({ block: 'center' });
      input.focus();
      input.select();
    },
    openAddress: () => {
      if (!location.hash.startsWith(ADDRESS)) return false;
      input.value = queryOf(location.hash);
      apply();
      input.scrollIntoView({ block: 'center' });
      return true;
    },
  };
}

interface Index {
  readonly jobs: readonly JobRows[];
  /** What is packed is read once, when it is asked for. */
  readonly whole: { readonly done: boolean; read(): Promise<void> };
}

function makeIndex(packs: Packs): () => Index {
  let made: Index | undefined;
  return () => (made ??= readIndex(packs));
}

function readIndex(packs: Packs): Index {
  const jobs = readRows();
  let done = document.querySelector('[data-at]') === null;
  let reading: Promise<void> | undefined;
  const readAll = async (): Promise<void> => {
    for (const row of jobs.flatMap(({ rows }) => rows)) {
      const details = row.element.firstElementChild;
      const text = details === null ? undefined : await packs.text(details);
      if (text !== undefined) row.text += `\n${text.toLowerCase()}`;
    }
    done = true;
  };
  return {
    jobs,
    whole: {
      get done() {
        return done;
      },
      read: async () => (reading ??= done ? Promise.resolve() : readAll()),
    },
  };
}

/** Of a query; what can be read in an address stays readable. */
export function addressOf(query: string): string {
  const readable = encodeURIComponent(query).replace(/%(3A|40|2F|2C|3D)/g, (code) =>
    decodeURIComponent(code),
  );
  return ADDRESS + readable;
}

function queryOf(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(ADDRESS.length));
  } catch {
    return hash.slice(ADDRESS.length);
  }
}
