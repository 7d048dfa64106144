/** Golden files: `npx tap --snapshot FILE` rewrites those that FILE compares with. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';

/** Compares with `test/golden/<name>`; `name` is `<case>.<reporter>`. */
export function checkGolden(t: Test, name: string, text: string): void {
  const file = join(import.meta.dirname, 'golden', name);
  if (process.env['TAP_SNAPSHOT'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  t.equal(text, readFileSync(file, 'utf8'), `test/golden/${name}`);
}
