/** The processes of another computer, as its keeper tells them. */
import type { Processes, ProcessEntry, ProcessTable } from '../../session/kill.ts';
import type { Connection } from './connection.ts';

export function processesThere({ ask }: Pick<Connection, 'ask'>): Processes {
  const list = async (): Promise<ProcessTable> => readTable(await ask('list'));
  return {
    list,
    async alive(entries) {
      if (entries.length === 0) return [];
      const table = await list();
      return entries.filter(({ pid, startTicks }) => table.get(pid)?.startTicks === startTicks);
    },
    signal: (pid, signal) => void ask('kill', signal.replace('SIG', ''), pid),
  };
}

function readTable(text: string): ProcessTable {
  const table = new Map<number, ProcessEntry>();
  for (const line of text.split('\n')) {
    const [pid, parent, session, startTicks] = line.split(' ').map(Number);
    if (pid !== undefined && parent !== undefined && session !== undefined && startTicks !== undefined)
      table.set(pid, { pid, parent, session, startTicks });
  }
  return table;
}
