import t from 'tap';
import { normalise, normaliseLines } from '../../src/normalise.ts';

t.test('What differs from run to run stands by its kind', async (t) => {
  const rows: readonly (readonly [text: string, plain: string])[] = [
    ['Startup finished in 1min 2.304s (userspace)', 'Startup finished in <time> (userspace)'],
    ['└─getty.service @1.693s +390ms', '└─getty.service @<time> +<time>'],
    ['Active: failed since Tue 2026-11-24 02:46:14 UTC; 42ms ago', 'Active: failed since <date>; <time> ago'],
    ['Nov 24 02:51:45 tree systemd[113]: Started.', '<date> tree systemd[<pid>]: Started.'],
    ['Tue Nov 24 22:12:14 UTC 2026', '<date>'],
    ['2026-11-24T02:46:14.123Z ok', '<date> ok'],
    ['   Main PID: 55 (code=exited, status=3)', 'Main PID: <pid> (code=exited, status=3)'],
    ['  Leader: 330 (systemd)', 'Leader: <pid> (systemd)'],
    ['  │ └─14 /sbin/init', '│ └─<pid> /sbin/init'],
    ['Boot ID: 0123456789abcdef0123456789abcdef', 'Boot ID: <id>'],
    ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', '<id>'],
    ['tree(92ab01234567cdef)', 'tree(<id>)'],
    ['/tmp/tmp.aB3dE6gH9j/x', '/tmp/<name>/x'],
    ['Running as unit: run-u12.service', 'Running as unit: <name>.service'],
    ['run-p123-i456.scope', '<name>.scope'],
    ['link/ether 5a:3f:00:11:22:33 fe80::583f:ff:fe11:2233', 'link/ether <mac> <address>'],
    ['Memory: 2.1M (peak)', 'Memory: <size> (peak)'],
    ['systemd 257 (257.13-1~deb13u1)', 'systemd 257 (257.13-1~deb13u1)'],
    [
      'exit status 7, mode 0644, 12 units, PATH=/usr/bin',
      'exit status 7, mode 0644, 12 units, PATH=/usr/bin',
    ],
    ['deadbeef facade', 'deadbeef facade'],
    ['a \t  b  ', 'a b'],
  ];
  for (const [text, plain] of rows) t.equal(normalise(text), plain);
});

t.test('A number that the step caught becomes its name; a word stays', async (t) => {
  const captures = { leader: '4711', state: 'running', one: '1' };
  t.strictSame(normaliseLines('4711 1\nrunning 47110\n\n', captures), ['<leader> 1', 'running 47110']);
  t.strictSame(normaliseLines(''), []);
});
