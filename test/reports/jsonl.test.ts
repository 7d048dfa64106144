import t, { type Test } from 'tap';
import { jsonlReporter, readLog } from '../../reports/jsonl.ts';
import { UserError } from '../../src/error.ts';
import type { Event } from '../../src/event.ts';
import { cutRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { report } from './contract.ts';

async function read(text: string): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of readLog([text], 'log/events.jsonl')) events.push(event);
  return events;
}
async function checkRefused(t: Test, text: string, message: string): Promise<void> {
  const error = await read(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  t.ok(error instanceof UserError);
  t.equal(error instanceof Error ? error.message : '', message);
}
const FIRST = `${JSON.stringify(sampleRun()[0])}\n`;

t.test('What is written is read back, bytes that are not UTF-8 as well', async (t) => {
  const text = (await report(jsonlReporter, sampleRun())).get('') ?? '';
  t.same(await read(text), JSON.parse(JSON.stringify(sampleRun())));
  const output = (await read(text)).find((event) => event.type === 'output' && event.base64 !== undefined);
  t.match(output, { base64: 'w7/DKP8AG1szMW0=' });
});

t.test('A torn last line is left out, and the missing end is put there', async (t) => {
  const text = (await report(jsonlReporter, cutRun())).get('') ?? '';
  const events = await read(`${text}{"v":1,"seq":99,"t":1,"m`);
  t.equal(events.length, cutRun().length + 1);
  t.match(events.at(-1), { type: 'run-end', outcome: 'interrupted', exit: 130 });
});

t.test('A last line that only lacks its newline counts', async (t) => {
  t.match(await read(FIRST.trimEnd()), [{ type: 'run-begin' }, { type: 'run-end' }]);
});

t.test('An empty log has no events', async (t) => {
  t.same(await read(''), []);
  t.same(await read('\n\n'), []);
});

t.test('A newer log is refused with the line', async (t) => {
  const cause = "version 2 of the log is newer than this rootlab's (1)";
  await checkRefused(t, `${FIRST}{"v":2,"type":"new"}\n`, `cannot read log/events.jsonl:2: ${cause}`);
});

t.test('What is no event is refused with its line and the key', async (t) => {
  const at = 'cannot read log/events.jsonl:2: ';
  const common = '"v":1,"seq":1,"t":1,"m":1';
  await checkRefused(t, `${FIRST}half\n${FIRST}`, `${at}not JSON`);
  await checkRefused(t, `${FIRST}[]\n`, `${at}the line is not a map`);
  await checkRefused(t, `${FIRST}{"v":1,"seq":"x"}\n`, `${at}seq is not a number`);
  await checkRefused(t, `${FIRST}{${common},"type":"constructor"}\n`, `${at}unknown event "constructor"`);
  await checkRefused(t, `${FIRST}{${common},"type":"note"}\n`, `${at}text is not a text`);
  await checkRefused(t, `${FIRST}{${common},"type":"plan","jobs":[{}]}\n`, `${at}jobs[0].job is not a text`);
  const job = '"job":"a","title":"b","tags":[],"axes":{},"steps":[]';
  const plan = `"type":"plan","jobs":[{${job},"options":1}]`;
  await checkRefused(t, `${FIRST}{${common},${plan}}\n`, `${at}jobs[0].options is not a list`);
  const end = '"type":"step-end","job":"a","step":"b","outcome":"failed","durationMs":1,"tries":1';
  await checkRefused(t, `${FIRST}{${common},${end},"failures":[null]}\n`, `${at}failures[0] is no failure`);
  await checkRefused(
    t,
    `${FIRST}{${common},${end},"failures":[{"kind":"exit","expected":"0"}]}\n`,
    `${at}failures[0].actual is not a number`,
  );
  const output = '"type":"output","job":"a","step":"b","fd":"out"';
  await checkRefused(t, `${FIRST}{${common},${output},"base64":"é"}\n`, `${at}base64 is not base64`);
});
