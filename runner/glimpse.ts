/** Files and folders that others may remove while they are looked at: what is gone holds nothing. */
import { readdirSync, readFileSync } from 'node:fs';

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
