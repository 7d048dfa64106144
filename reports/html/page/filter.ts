/** Shows only the jobs and steps that a query means; the query stands in the page's address. */
import { parseQuery } from '../../../src/query.ts';
import { say } from './dom.ts';
import { readRows, type Rows } from './rows.ts';
import { makeSight, type Sight } from './sight.ts';
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

export function addFilter(tools: HTMLElement, packs: Packs): Filter {
  const input = document.createElement('input');
  input.type = 'search';
  input.placeholder = 'Filter: s:failed …';
  input.setAttribute('aria-label', 'Filter jobs and steps');
  const count = document.createElement('span');
  count.className = 'dim';
  tools.append(count, input);
  tools.hidden = false;
  let made: (Rows & Sight) | undefined;
  const index = (): Rows & Sight => {
    if (made !== undefined) return made;
    const rows = readRows(packs);
    return (made = { ...rows, ...makeSight(rows, packs) });
  };
  let pending = 0;

  const apply = (): void => {
    const query = parseQuery(input.value);
    const { whole, show, isPacked } = index();
    const { shown, all } = show(query);
    const isPart = !whole.done && (query.readsText || isPacked) && !query.isEmpty;
    const words = query.isEmpty ? '' : `${shown} of ${all} steps${isPart ? ' …' : ''}`;
    count.textContent = [...query.problems, words].join(' · ');
    if (words !== '') say(`${count.textContent} shown`);
    if (isPart) void whole.read().then(apply);
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
