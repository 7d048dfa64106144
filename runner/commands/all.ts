/** Every command, loaded: what texts about all of them are written from. */
import type { Command } from '../command.ts';
import { commands } from './index.ts';

export async function loadCommands(): Promise<Readonly<Record<string, Command>>> {
  const loaded = Object.entries(commands).map(async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(loaded));
}
