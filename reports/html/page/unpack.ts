/** What the page holds packed, details of a step or rows of many: put in its place once it is opened and in sight. */
import { say } from './dom.ts';

export interface Packs {
  /** Puts there what belongs inside, where it is packed. */
  unpack(details: Element | null): Promise<void>;
  /** The element with that id, which may be in a packed row. */
  place(id: string): Promise<HTMLElement | null>;
  /** Is told each element that came into the page. */
  listen(listener: (inside: Element) => void): void;
  /** The HTML that is packed there; undefined where none is. */
  read(at: string): Promise<string | undefined>;
}

/** So many of them stay unpacked in memory. */
const MOST_KEPT = 8;

export function openPacks(): Packs {
  const listeners: ((inside: Element) => void)[] = [];
  const packs = new Map<string, Promise<readonly string[]>>();
  const read = async (place: string): Promise<string | undefined> => {
    const [pack = '', at] = place.split('.');
    const texts = packs.get(pack) ?? unzip(pack);
    // The one asked for last is the last to go.
    packs.delete(pack);
    packs.set(pack, texts);
    for (const oldest of [...packs.keys()].slice(0, -MOST_KEPT)) packs.delete(oldest);
    return (await texts)[Number(at)];
  };
  const unpack = async (details: Element | null): Promise<void> => {
    const at = details?.getAttribute('data-at');
    const html = at == null ? undefined : await read(at);
    // While it was read another may have put it there.
    if (html === undefined || details?.hasAttribute('data-at') !== true) return;
    details.removeAttribute('data-at');
    const template = document.createElement('template');
    template.innerHTML = html;
    const inside = template.content.firstElementChild;
    if (inside === null) return;
    details.lastElementChild?.replaceWith(inside);
    for (const listener of listeners) listener(inside);
  };
  unpackWhatIsOpened(unpack, (at) => void read(at));
  return {
    unpack,
    read,
    listen: (listener) => listeners.push(listener),
    place: async (id) => {
      const mark = ` id="${id.replace(/[&<>"']/g, (found) => ENTITIES[found] ?? found)}"`;
      for (const rows of document.getElementById(id) === null ? packedRows(id) : []) {
        if ((await read(rows.getAttribute('data-at') ?? ''))?.includes(mark) !== true) continue;
        await unpack(rows);
        break;
      }
      return document.getElementById(id);
    },
  };
}

/** Those among which the step may be. */
function packedRows(id: string): readonly Element[] {
  return [...document.querySelectorAll('.rest > [data-at]')].filter((rows) =>
    id.startsWith(`${rows.closest('.job')?.id}/`),
  );
}

/** What was opened is drawn by then. */
const SOON_MS = 200;

/** Once it is in sight: all of a page's steps may be opened at once. */
function unpackWhatIsOpened(
  unpack: (details: Element | null) => Promise<void>,
  expect: (at: string) => void,
): void {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      void unpack(target.parentElement);
    }
  });
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (!(target instanceof HTMLDetailsElement) || !target.open) return;
      const inside = target.lastElementChild;
      if (target.dataset['at'] !== undefined && inside !== null) seen.observe(inside);
      // Who opens a job opens a step next.
      const next = target.matches('.job') ? target.querySelector<HTMLElement>('[data-at]') : null;
      const at = next?.dataset['at'];
      if (at !== undefined) setTimeout(() => expect(at), SOON_MS);
    },
    // It does not bubble.
    true,
  );
}

/** As text, for those who look for words. */
export function plainText(html: string): string {
  return html
    .replace(/<\/(?:t-l|td|th|p|summary)>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => CHARACTERS[entity] ?? entity);
}
const CHARACTERS: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
};
const ENTITIES = Object.fromEntries(
  Object.entries(CHARACTERS).map(([entity, character]) => [character, entity]),
);

async function unzip(pack: string): Promise<readonly string[]> {
  const base64 = document.querySelector(`[data-pack="${pack}"]`)?.textContent ?? '';
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return (await new Response(stream).text()).split('\0');
  } catch {
    say('This browser cannot unpack the details of a step: all of it is in the event log');
    return [];
  }
}
