import t from 'tap';
import { unitsOf } from '../../runner/failed-units.ts';
import type { Failure } from '../../src/event.ts';

const fact = (what: string): Failure => ({ kind: 'fact', what, expected: 'active', actual: 'failed' });
const printed = (text: string) => {
  const bytes = Buffer.from(text);
  return { err: { bytes, totalBytes: bytes.length, cutBytes: 0, cutAt: bytes.length } };
};

t.test('The units of facts that did not hold, each once, in order', async (t) => {
  const failures = [
    fact('unit b.service active'),
    fact('unit a@x\\x2dy.socket sub'),
    fact('unit b.service enabled'),
  ];
  t.same(unitsOf(failures), ['b.service', 'a@x\\x2dy.socket']);
  const waitedFor = 'unit late.service active (saw activating)';
  t.same(unitsOf([{ kind: 'timeout', limitMs: 1, waitedFor }]), ['late.service']);
});

t.test('What systemctl says of a start that failed', async (t) => {
  const said = [
    'Job for hello.service failed because the control process exited with error code.',
    'See "systemctl status hello.service" and "journalctl -xeu hello.service" for details.',
    'Job for slow.service canceled.',
    'a Job for other.service failed',
  ];
  t.same(unitsOf([{ kind: 'exit', expected: '0', actual: 1 }], printed(said.join('\n'))), [
    'hello.service',
    'slow.service',
  ]);
});

t.test('No more than a screen can show; and where there is none, none', async (t) => {
  t.equal(unitsOf(Array.from({ length: 9 }, (_, at) => fact(`unit u${at}.service active`))).length, 5);
  t.same(unitsOf([fact('port 22/tcp listening'), { kind: 'exit', expected: '0', actual: 1 }]), []);
});
