/** The page of a run over HTTP, for this computer alone; while the run goes on it follows the log. */
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { dirname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { reporters } from '../../reports/index.ts';
import type { RunResult } from '../../src/result.ts';
import { goesOn } from './goes-on.ts';
import { foldAll, openLog } from './reporting.ts';

/** Seconds after which a browser asks again. */
const REFRESH_S = 2;

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveReport(log: string): Promise<Served> {
  const server = createServer((request, response) => {
    answer(log, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(error instanceof Error ? error.message : String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(log: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refuse = (status: number, words: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
  };
  // A name that somebody's page made its own server's, and now leads here, is not one of ours.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return refuse(403, 'only for this computer');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only to be read');
  const path = pathOf(request.url ?? '/');
  if (path === undefined) return refuse(400, 'no path');
  if (path === '/' || path === '/index.html') return sendPage(log, response);
  const file = fileBelow(dirname(log), path);
  if (file === undefined) return refuse(404, 'no such file');
  // What a machine wrote is shown as text or saved, and runs nothing.
  response.writeHead(200, {
    'content-type': /\.(txt|log|json|jsonl|xml)$/.test(path)
      ? 'text/plain; charset=utf-8'
      : 'application/octet-stream',
    'x-content-type-options': 'nosniff',
  });
  await pipeline(createReadStream(file), response);
}

/** A link that a machine's artifact brought along may lead anywhere; what it leads to outside is not shown. */
function fileBelow(folder: string, path: string): string | undefined {
  try {
    const file = realpathSync(join(folder, path));
    return file.startsWith(realpathSync(folder) + sep) && statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Below the folder, however it is written. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*/, ''));
    return path.includes('\0') ? undefined : normalize(`/${path}`);
  } catch {
    return undefined;
  }
}

async function sendPage(log: string, response: ServerResponse): Promise<void> {
  const result = await foldSoFar(log);
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    ...(result.outcome === 'running' ? { refresh: String(REFRESH_S) } : {}),
  });
  const pages = reporters['html']?.({ colour: false, columns: 100, live: false }).render?.(result);
  for await (const { path, chunk } of pages ?? []) {
    // What lies beside it is there once the run has ended.
    if (path !== 'index.html') continue;
    response.write(chunk);
  }
  response.end();
}

async function foldSoFar(log: string): Promise<RunResult> {
  const endless = goesOn(log) ? 'running' : 'interrupted';
  return foldAll(openLog(log, endless), { endless });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
