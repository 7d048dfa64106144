/** The browser's part of the page: conveniences only; without it everything is there to read. */
import { addComparison } from './compare.ts';
import { addCopyButtons, addOutputTools } from './copy.ts';
import { addFilter, addressOf } from './filter.ts';
import { openHash } from './links.ts';
import { openPacks } from './unpack.ts';
import { addKeys, moveToFailure, type Key } from './keys.ts';
import { button, say } from './dom.ts';
import { addReplays } from './replay.ts';
import { addTheme, nextTheme } from './theme.ts';

const tools = document.querySelector<HTMLElement>('.top .tools');
const jobTools = document.querySelector<HTMLElement>('.jobs .tools');

/** Steps are opened with their jobs as long as they are few. */
const FEW_STEPS = 500;

function toggleAll(): void {
  const steps = document.querySelectorAll('.step').length;
  const which = steps > FEW_STEPS ? '.job' : '.job, .step > details';
  const all = [...document.querySelectorAll<HTMLDetailsElement>(which)];
  const open = all.some((details) => !details.open);
  for (const details of all) details.open = open;
  say(`All jobs ${steps > FEW_STEPS ? '' : 'and steps '}are ${open ? 'open' : 'closed'}`);
}

/** How many there are of each outcome leads to them. */
function linkTally(): void {
  for (const item of document.querySelectorAll('ul.tally li:has(.i)')) {
    const outcome = /o-([\w-]+)/.exec(item.querySelector('.i')?.className ?? '')?.[1] ?? '';
    const link = document.createElement('a');
    link.href = addressOf(`s:${outcome}`);
    link.append(...item.childNodes);
    item.append(link);
  }
}

addTheme();
addCopyButtons();
const packs = openPacks();
packs.listen(addOutputTools());
// What it says is missing is unpacked.
if ('DecompressionStream' in globalThis) document.querySelector('.large')?.remove();
const filter = jobTools === null ? undefined : addFilter(jobTools, packs);
const keys: Key[] = [
  { key: 'n', words: 'next failure', act: () => moveToFailure(1) },
  { key: 'p', words: 'previous failure', act: () => moveToFailure(-1) },
  { key: '/', words: 'filter steps', act: () => filter?.focus() },
  { key: 'e', words: 'open or close all', act: toggleAll },
  { key: 't', words: 'light, dark or as the system', act: nextTheme },
];
if (tools !== null) {
  if (document.querySelector('.card') !== null)
    tools.append(button('Next failure', () => moveToFailure(1), 'n'));
  tools.append(button('Theme', nextTheme, 't'));
  tools.append(addKeys(keys));
  tools.hidden = false;
}
jobTools?.append(button('Open all', toggleAll, 'e'));
if (filter !== undefined) linkTally();
addComparison(packs);
addReplays(packs);

function openAddress(): void {
  if (filter?.openAddress() !== true) void openHash(packs);
}
openAddress();
addEventListener('hashchange', openAddress);
