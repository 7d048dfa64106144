/** Details that the page holds packed: put in their place once their step is opened and in sight, and read by the filter. */
import { say } from './dom.ts';

export interface Packs {
  /** Puts the details of a step in their place, where they are packed. */
  unpack(details: Element | null): Promise<void>;
  /** As text; undefined where nothing is packed. */
  text(details: Element): Promise<string | undefined>;
}

const START = '<div class="body">';

/** `onUnpacked` is told each body that came into the page. */
export function openPacks(onUnpacked: (body: Element) => void): Packs {
  const packs = new Map<string, Promise<readonly string[]>>();
  const textsOf = async (pack: string): Promise<readonly string[]> => {
    const texts = packs.get(pack) ?? read(pack);
    packs.set(pack, texts);
    return texts;
  };
  const packed = async (details: Element): Promise<string | undefined> => {
    const [pack, at] = details.getAttribute('data-at')?.split('.') ?? [];
    return pack === undefined ? undefined : (await textsOf(pack))[Number(at)];
  };
  const unpack = async (details: Element | null): Promise<void> => {
    const html = details === null ? undefined : await packed(details);
    // While it was read another may have put it there.
    if (html === undefined || details?.hasAttribute('data-at') !== true) return;
    details.removeAttribute('data-at');
    const template = document.createElement('template');
    template.innerHTML = START + html;
    const body = template.content.firstElementChild;
    if (body === null) return;
    details.lastElementChild?.replaceWith(body);
    onUnpacked(body);
  };
  unpackWhatIsOpened(unpack, (pack) => void textsOf(pack));
  return {
    unpack,
    text: async (details) => plainText(await packed(details)),
  };
}

/** Once it is in sight: all of a page's steps may be opened at once. */
function unpackWhatIsOpened(
  unpack: (details: Element | null) => Promise<void>,
  expect: (pack: string) => void,
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
      const body = target.lastElementChild;
      if (target.dataset['at'] !== undefined && body !== null) seen.observe(body);
      // Who opens a job opens a step next.
      const next = target.matches('.job') ? target.querySelector<HTMLElement>('[data-pack]') : null;
      if (next?.dataset['pack'] !== undefined) expect(next.dataset['pack']);
    },
    // It does not bubble.
    true,
  );
}

function plainText(html: string | undefined): string | undefined {
  return html
    ?.replace(/<\/(?:t-l|td|th|p|summary)>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
};

async function read(pack: string): Promise<readonly string[]> {
  const base64 = document.querySelector(`[data-pack="${pack}"]`)?.textContent ?? '';
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return (await new Response(stream).text()).split(START).slice(1);
  } catch {
    say('This browser cannot unpack the details of a step: all of it is in the event log');
    return [];
  }
}
