/** Where the program itself lies: its scenarios, its version. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's directory; one level above both `runner/` and the bundle's `dist/`. */
export const homeDirectory: string = fileURLToPath(new URL('..', import.meta.url));

/** Read when the program is loaded: what tells a failure must not fail. */
export const version: string =
  /"version": "([^"]+)"/.exec(readFileSync(`${homeDirectory}package.json`, 'utf8'))?.[1] ?? 'unknown';

export function versionLine(): string {
  return `rootlab ${version}\n`;
}
