/**
 * The resource `http`: one GET from inside the machine, through no proxy and following no redirect.
 * http is spoken by bash itself, so that the machine needs no package; https needs curl.
 */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { Asked, CollectContext, Output, Resource, Seen, Value } from './resource.ts';
import { lines } from './text.ts';

const bodyLimitBytes = 4 * 1024 ** 2;
/** How the script ends where the facts are not to be had. */
const ends = { refused: 45, noCurl: 46, tooLong: 47 };

/**
 * Prints the head without its CRs, an empty line, and the body where it is asked for. HTTP/1.0 is answered in one piece,
 * and the server hangs up. Words: URL, host, port, target, name of the server, what is asked for.
 */
const script = `
length= seen= line=
if [[ $1 == https:* ]]; then
  command -v curl >/dev/null || exit ${ends.noCurl}
  exec 3< <(exec curl -qsSgiN --http1.1 --noproxy "*" -A rootlab -H "Connection: close" -- "$1")
  trap "kill $! 2>/dev/null" EXIT
else
  exec 3<>"/dev/tcp/$2/$3" || exit ${ends.refused}
  printf "%s\\r\\n" "GET $4 HTTP/1.0" "Host: $5" "User-Agent: rootlab" "Accept: */*" "Connection: close" "" >&3
fi
while IFS= read -r line <&3 || [[ -n $line ]]; do
  line=\${line%$'\\r'}
  [[ -n $seen || $line == HTTP/* ]] || exit 0
  seen=1
  printf "%s\\n" "$line"
  [[ \${line,,} != content-length:* ]] || length=\${line//[!0-9]/}
  [[ -n $line ]] || { [[ $6 == body ]] && break || exit 0; }
done
if [[ -n $length ]]; then
  (( \${#length} < 8 && 10#$length <= ${bodyLimitBytes} )) || exit ${ends.tooLong}
  head -c "$((10#$length))" <&3
  exit
fi
head -c ${bodyLimitBytes} <&3
! IFS= read -r -d "" -n 1 <&3 || exit ${ends.tooLong}
`;

export const http: Resource = {
  first: { name: 'status', expected: '200..299' },
  collect(asked, context) {
    const url = readUrl(asked.name);
    if (url === undefined) return 'false';
    const body = context.all.some(({ name, facts }) => name === asked.name && facts.includes('body'));
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = url.port === '' ? '80' : url.port;
    const words = [url.href, host, port, url.pathname + url.search, url.host, body ? 'body' : 'head'];
    return limited(['bash -c', ...[script, 'http', ...words].map(shellWord)].join(' '), context);
  },
  read(output, asked, context) {
    if (readUrl(asked.name) === undefined)
      return { ...absent, problem: `"${asked.name}" is no URL of http or https` };
    const { status, stdout, stderr } = output;
    if (status === ends.noCurl) return { ...absent, problem: 'https needs the program curl in the machine' };
    const end = stdout.indexOf('\n\n');
    if (end !== -1) return readAnswer(output, end, asked, context);
    const refused = whyRefused(output);
    if (refused !== undefined) return { ...absent, why: refused };
    const said = /^curl: .*/m.exec(stderr)?.[0];
    if (said !== undefined) return { ...absent, problem: said };
    if (status !== 0 || stderr !== '') return unreadable(output, context);
    return { ...absent, problem: 'what answers does not speak HTTP' };
  },
};

/** Nobody is there to answer: bash says why first, curl gives it a number. */
function whyRefused({ status, stderr }: Output): string | undefined {
  if (status === ends.refused) return lines(stderr)[0]?.split(': ').at(-1) ?? 'no connection';
  return /curl: \([67]\) (.*)/.exec(stderr)?.[1];
}

/** With a name or password in it, it would be another request than the one that is made. */
function readUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username + url.password === '' ? url : undefined;
}

function readAnswer(output: Output, end: number, asked: Asked, context: CollectContext): Seen {
  const [first = '', ...fields] = lines(output.stdout.slice(0, end));
  const values: Record<string, Value> = { status: first.split(' ')[1] };
  for (const fact of asked.facts)
    if (fact.startsWith('header.')) values[fact] = readHeader(fields, fact.slice('header.'.length));
  if (!asked.facts.includes('body')) return there(values);
  if (output.status === ends.tooLong)
    return { ...there(values), problem: `a body of more than ${bodyLimitBytes >> 20}M` };
  if (output.status !== 0) return { ...there(values), problem: unreadable(output, context).problem };
  return there({ ...values, body: output.stdout.slice(end + 2) });
}

/** Names are written in any case; one that stands several times has its values joined, as RFC 9110 does. */
function readHeader(fields: readonly string[], name: string): string | undefined {
  const values = fields.flatMap((field) => {
    const at = field.indexOf(':');
    return field.slice(0, at).toLowerCase() === name.toLowerCase() ? [field.slice(at + 1).trim()] : [];
  });
  return values.length === 0 ? undefined : values.join(', ');
}
