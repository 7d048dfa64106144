/** `#job/step` and `#job/step/L12` open what holds them and mark the line. */

export function openHash(): void {
  const hash = decode(location.hash.slice(1));
  if (hash === '') return;
  const line = /^(.*)\/L(\d+)$/.exec(hash);
  const found = document.getElementById(line?.[1] ?? hash);
  if (found === null) return;
  for (let at: Element | null = found; at !== null; at = at.parentElement)
    if (at instanceof HTMLDetailsElement) at.open = true;
  const own = found.querySelector(':scope > details');
  if (own instanceof HTMLDetailsElement) own.open = true;
  const target = line === null ? found : markLine(found, Number(line[2]));
  (target ?? found).scrollIntoView({ block: target === found ? 'start' : 'center' });
}

export function markLine(step: Element, number: number): Element | undefined {
  for (const marked of document.querySelectorAll('t-l.at')) marked.classList.remove('at');
  const line = [...step.querySelectorAll('t-l')][number - 1];
  line?.classList.add('at');
  return line;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
