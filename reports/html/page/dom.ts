/** Small helpers for building what only a browser with JavaScript shows. */
/// <reference lib="dom" />

export function button(words: string, act: () => void, key?: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  if (key !== undefined) made.title = `${words} (key ${key})`;
  made.addEventListener('click', act);
  return made;
}

/** Tells it to those who listen to the page. */
export function say(words: string): void {
  const status = document.getElementById('status');
  if (status !== null) status.textContent = words;
}

/** Storage is refused on some pages opened as files. */
export function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(`rootlab.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`rootlab.${name}`, value);
  } catch {
    // Then it holds until the page is left.
  }
}
