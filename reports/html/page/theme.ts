/** Light, dark, or as the system says; kept for the next report. */
import { remember, remembered, say } from './dom.ts';

const THEMES = ['system', 'light', 'dark'];

export function addTheme(): void {
  apply(remembered('theme') ?? 'system');
}

export function nextTheme(): void {
  const now = document.documentElement.dataset['theme'] ?? 'system';
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'system';
  apply(next);
  remember('theme', next);
  say(`Theme: ${next}`);
}

function apply(theme: string): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
