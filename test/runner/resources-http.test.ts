/** A real server of this computer, asked by the shell text of `http`. */
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createRawServer, type Server } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { check, evaluateHere, wordResults } from './resources-shell.ts';

type Test = Pick<typeof t, 'teardown' | 'equal'>;

const answers: RequestListener = (request, response) => {
  const { url = '' } = request;
  if (url === '/moved') response.writeHead(302, { Location: '/elsewhere' }).end('moved');
  else if (url === '/missing') response.writeHead(404).end();
  else if (url.startsWith('/asked')) response.end(`${url} of ${request.headers.host?.split(':')[0]}`);
  else if (url === '/large') response.end('x'.repeat(5 * 1024 ** 2));
  else if (url === '/long') response.end('y'.repeat(2050));
  else if (url === '/lines') response.end('z\n'.repeat(9));
  else if (url === '/endless') response.writeHead(200, { 'X-Odd': ['a', 'b'] }).write('first\n');
  else response.end('hello\n\nworld\n');
};

/** Its port. */
async function listen(t: Test, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

t.test('status, header and body of one answer, redirects not followed', async (t) => {
  const server = createServer(answers);
  t.teardown(() => server.closeAllConnections());
  const base = `http://127.0.0.1:${await listen(t, server)}`;
  // What a step has caught is in the environment of every shell.
  Object.assign(process.env, { seen: '1', length: '3' });
  const results = await evaluateHere([
    check({ http: `${base}/` }),
    check({ http: `${base}/`, body: 'hello\n\nworld' }),
    check({ http: `${base}/moved`, status: '302', 'header.location': '/elsewhere', 'header.x-none': 'x' }),
    check({ http: `${base}/moved` }),
    check({ http: `${base}/missing`, status: '>= 400', body: '' }),
    check({ http: `${base}/asked?a='$(b)'&c`, body: '/asked?a=%27$(b)%27&c of 127.0.0.1' }),
    check({ http: `${base}/large` }),
    check({ http: `${base}/large`, body: '<*>' }),
    check({ http: `${base}/long`, body: '<*>' }),
    check({ http: `${base}/lines`, body: 'z\n...' }),
    check({ http: `${base}/endless`, status: '200', 'header.X-Odd': 'a, b' }),
  ]);
  t.equal(
    wordResults(results).replaceAll(base, ''),
    `ok  http / status: 200 (200..299)
ok  http / body: hello\n\nworld\n (hello\n\nworld)
ok  http /moved status: 302 (302)
ok  http /moved header.location: /elsewhere (/elsewhere)
NOT http /moved header.x-none: none (x)
NOT http /moved status: 302 (200..299)
ok  http /missing status: 404 (>= 400)
ok  http /missing body:  ()
ok  http /asked?a='$(b)'&c body: /asked?a=%27$(b)%27&c of 127.0.0.1 (/asked?a=%27$(b)%27&c of 127.0.0.1)
ok  http /large status: 200 (200..299)
NOT http /large body: not readable: a body of more than 4M (<*>)
ok  http /long body: ${'y'.repeat(2000)}… 50 more characters (<*>)
ok  http /lines body: z
z
z
z
z
… 4 more lines (z
...)
ok  http /endless status: 200 (200)
ok  http /endless header.X-Odd: a, b (a, b)`,
  );
});

t.test('nobody who answers, and what answers with something else', async (t) => {
  const hangsUp = await listen(
    t,
    createRawServer((socket) => socket.end('SSH-2.0-x\r\n')),
  );
  const mute = await listen(
    t,
    createRawServer((socket) => socket.setTimeout(2000, () => socket.destroy())),
  );
  const results = await evaluateHere(
    [
      check({ http: 'http://127.0.0.1:9/', exists: 'false' }),
      check({ http: 'http://127.0.0.1:9/' }),
      check({ http: 'http://[::1]:9/' }),
      check({ http: 'https://127.0.0.1:9/' }),
      check({ http: `http://127.0.0.1:${hangsUp}/` }),
      check({ http: `http://127.0.0.1:${mute}/` }),
      check({ http: 'ftp://127.0.0.1/' }),
    ],
    { toolTimeoutMs: 700 },
  );
  t.same(
    results.map(({ actual }) => actual),
    [
      'not there: Connection refused',
      'not there: Connection refused',
      'not there: Connection refused',
      results[3]?.actual,
      'not readable: what answers does not speak HTTP',
      'not readable: no answer within 0.7s',
      'not readable: "ftp://127.0.0.1/" is no URL of http or https',
    ],
  );
  t.match(results[3]?.actual, /^not there: .*(refused|connect)/i);
});

t.test('https is asked by curl, which verifies, and is missed where it is not there', async (t) => {
  const dir = t.testdir({ bin: {} });
  const [key, cert] = [join(dir, 'key'), join(dir, 'cert')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  );
  const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, answers);
  t.teardown(() => server.closeAllConnections());
  const base = `https://127.0.0.1:${await listen(t, server)}`;
  const ask = async (): Promise<string | undefined> =>
    (await evaluateHere([check({ http: `${base}/moved`, body: 'moved' })]))[0]?.actual;
  t.match(await ask(), /^not readable: curl: \(60\) .*certificate/);
  process.env['CURL_CA_BUNDLE'] = cert;
  t.equal(await ask(), 'moved');
  t.match(await evaluateHere([check({ http: `${base}/endless` })]), [{ ok: true, actual: '200' }]);
  for (const program of ['bash', 'timeout', 'head'])
    symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), join(dir, 'bin', program));
  process.env['PATH'] = join(dir, 'bin');
  t.equal(await ask(), 'not readable: https needs the program curl in the machine');
});
