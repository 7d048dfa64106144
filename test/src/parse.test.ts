import t from 'tap';
import { destinationOf } from '../../src/scenario/reached.ts';
import { checkProblems, messagesOf, problemsOf, scenarioOf, withSteps } from './parse-check.ts';

t.test('an unknown key names the nearest one', async (t) => {
  checkProblems(
    t,
    withSteps('- run: x\n  exepct: y'),
    `
a.yaml:5:3: unknown key "exepct" in a step
    exepct: y
    ^
hint: did you mean "expect"?`,
  );
});

t.test("another tool's word is told once, with ours", async (t) => {
  checkProblems(
    t,
    withSteps('- cmd: x\n- {run: x, exit: 1}\n- check: {service: a}\n- {run: x, expect: {rc: 1}}'),
    `
a.yaml:4:3: unknown key "cmd" in a step
  - cmd: x
    ^
hint: did you mean "run"?

a.yaml:5:12: unknown key "exit" in a step
  - {run: x, exit: 1}
             ^
hint: did you mean "expect"?

a.yaml:6:11: no resource is called "service"
  - check: {service: a}
            ^
hint: did you mean "unit"?

a.yaml:7:21: unknown key "rc" in expect
  - {run: x, expect: {rc: 1}}
                      ^
hint: did you mean "exit"?`,
  );
  t.same(messagesOf('title: A\nimage: debian-12\nsteps: [{say: x}]'), [
    '1:1: the scenario has no "machine"',
    '2:1: unknown key "image" in the scenario',
  ]);
});

t.test('a list of lines is told how lines are expected', async (t) => {
  checkProblems(
    t,
    withSteps('- run: x\n  expect:\n    - a\n    - b'),
    `
a.yaml:6:5: expect must be a text or a map, not a list
      - a
      ^
hint: several lines are one text below |; texts that stand anywhere are {contains: […]}`,
  );
});

const machineMessages = (machine: string): readonly string[] =>
  messagesOf(`title: A\nmatrix: {a: [b]}\nmachine: ${machine}\nsteps: [{say: x}]`);

t.test('a backend is one that there is', async (t) => {
  t.match(scenarioOf('title: A\nmachine: {image: a, backend: nspawn}\nsteps: [{say: x}]').machine, {
    backend: 'nspawn',
  });
  t.same(machineMessages('{image: a, backend: nspwan}'), ['3:30: backend cannot be "nspwan"']);
  t.same(machineMessages('{image: a, backend: ssh}'), ['3:30: the backend "ssh" starts no images']);
});

t.test('another computer is named as ssh names it, and nothing else is said of it', async (t) => {
  for (const [ssh, host, port] of [
    ['root@web1.example.org', 'root@web1.example.org', undefined],
    ['web1:2222', 'web1', '2222'],
    ['root@[fe80::1]:22', 'root@fe80::1', '22'],
    ['me@${a}-1:22', 'me@${a}-1', undefined],
  ] as const) {
    const { machine } = scenarioOf(`title: A\nmatrix: {a: [b]}\nmachine: {ssh: "${ssh}"}\nsteps: [{say: x}]`);
    t.match(machine, { kind: 'ssh', name: 'ssh', ssh });
    t.same(destinationOf(ssh), port === undefined ? { host } : { host, port });
  }
  for (const wrong of ['-oProxyCommand=x', 'a b', 'web1:70000', 'web1:', 'x@-y', 'a;b'])
    t.same(machineMessages(`{ssh: "${wrong}"}`), [`3:16: ssh cannot reach "${wrong}"`]);
  t.same(machineMessages('{ssh: a, image: b, init: false}'), [
    '3:19: "image" means nothing beside "ssh"',
    '3:29: "init" means nothing beside "ssh"',
  ]);
  t.same(machineMessages('{ssh: a, inti: false}'), ['3:19: unknown key "inti" beside "ssh"']);
  t.same(machineMessages('{ssh: "${c}"}'), ['3:17: unknown name "c"']);
});

t.test('a step does one thing, and says so with one verb', async (t) => {
  t.same(
    messagesOf(
      withSteps(
        '- {run: x, wait: {unit: a}}\n- {title: nothing}\n- {say: x, expect: y}\n- {wait: {unit: a}, stdin: b}',
      ),
    ),
    [
      '4:12: a step has one verb, and "run" stands in it already',
      '5:3: this step does nothing',
      '6:12: "expect" means nothing in a step with "say"',
      '7:21: "stdin" means nothing in a step with "wait"',
    ],
  );
});

t.test('a step whose verb is missing or misspelt is told so, and nothing else', async (t) => {
  t.same(messagesOf(withSteps('- {rnu: x, expect: y}\n- {title: a, expect: y, measure: {b: c}}')), [
    '4:4: unknown key "rnu" in a step',
    '5:3: this step does nothing',
  ]);
});

t.test('a text where a map belongs is told what the map has', async (t) => {
  for (const [steps, hint] of [
    ['- run: x\n  retry: 3\n', 'write it as {times: …, because: …}'],
    ['- run:echo\n- run: x\n', 'a blank stands behind the colon: run: …'],
    ['- http://localhost\n', 'write it as key: value'],
  ] as const)
    t.ok(problemsOf(withSteps(steps)).includes(`hint: ${hint}\n`), hint);
});

t.test('missing keys and steps are errors', async (t) => {
  t.same(messagesOf('summary: x\nsteps: []'), [
    '1:1: the scenario has no "title"',
    '1:1: the scenario has no "machine"',
    '2:8: a scenario without steps tests nothing',
  ]);
  t.same(messagesOf(withSteps('- write: /x')), ['4:3: the file has neither "content" nor "from"']);
});

t.test('quantities, words and flags are checked', async (t) => {
  t.same(
    messagesOf(
      'title: A\ntimeout: 5 parsecs\nkeep-going: maybe\nmachine: {image: a, disk: 4 apples}\nsteps: [{write: x, content: y, mode: rw, id: Long Name}]',
    ),
    [
      '2:10: timeout cannot be "5 parsecs"',
      '3:13: keep-going must be true or false, not "maybe"',
      '4:27: disk cannot be "4 apples"',
      '5:17: the path "x" does not begin with /',
      '5:38: mode cannot be "rw"',
      '5:46: id cannot be "Long Name"',
    ],
  );
});

t.test('expectations are checked before anything runs', async (t) => {
  t.same(
    messagesOf(
      withSteps(
        '- {run: x, expect: {stdout: "<a:itn>"}}\n- {run: x, expect: {where: {b: "1"}}}\n- {run: x, expect: {exit: never}}\n- {run: x, expect: {stdout: {matches: "("}}}\n- {run: x, expect: {stdout: {contians: y}}}\n- {run: x, expect: {stdout: {contains: []}}}\n- {run: x, expect: {}}',
      ),
    ),
    [
      '4:30: unknown type "itn" in "<a:itn>"',
      '5:29: "where" names no capture: "b"',
      '6:27: exit cannot be "never"',
      '7:39: not a regular expression: missing closing ): `(`',
      '8:30: unknown matcher "contians"',
      '9:40: an empty list asserts nothing',
      '10:20: an empty map expects nothing',
    ],
  );
});

t.test('a check is of one resource, with its own facts', async (t) => {
  t.same(
    messagesOf(
      withSteps(
        '- check: {unit: a, file: b}\n- check: {unit: a, mode: b}\n- check: {unti: a}\n- check: {port: 22/tcp, listening: perhaps}',
      ),
    ),
    [
      '4:20: two resources in one check: "unit" and "file"',
      '5:20: unknown key "mode" in a check of "unit"',
      '6:11: no resource is called "unti"',
      '7:36: "listening" cannot be "perhaps"',
    ],
  );
});

t.test('hostile keys are problems of one line, never a bug of ours', async (t) => {
  t.same(
    messagesOf(
      withSteps(
        '- {run: x, toString: y}\n- {run: x, "ev\\u001bil\\nkey": y}\n- {run: x, __proto__: y}\n- {run: x, constructor: y}',
      ),
    ),
    [
      '4:12: unknown key "toString" in a step',
      '5:12: unknown key "ev␛il\\nkey" in a step',
      '6:12: no key can be called __proto__',
      '7:12: unknown key "constructor" in a step',
    ],
  );
});

t.test('a name must be known where it is used', async (t) => {
  checkProblems(
    t,
    `title: A\nmatrix: {image: [a]}\nmachine: \${imgae}\nsteps:\n- run: \${anything}`,
    `
a.yaml:3:10: unknown name "imgae"
  machine: \${imgae}
           ^
hint: did you mean "image"? a literal is written $\${imgae}`,
  );
  t.same(
    messagesOf(
      withSteps(
        '- {run: x, title: "${pid}"}\n- {run: x, expect: <pid:int>}\n- {run: x, title: "$${no} ${pid}"}\n- {run: "${b}", substitute: true}',
      ),
    ),
    ['4:20: unknown name "pid"', '7:10: unknown name "b"'],
  );
});

t.test('what prepare captures is known to the steps, wherever it stands', async (t) => {
  const text = `${withSteps('- {run: x, title: "${a}"}')}\nprepare: [{run: x, expect: <a>}]`;
  t.same(messagesOf(text), []);
});

t.test('names are none of the shell', async (t) => {
  t.same(
    messagesOf(
      'title: A\nmatrix: {home: [a]}\nmachine: a\nenv: {LANG: x, A_b: y}\nsteps: [{run: x, expect: <path>}]',
    ),
    [
      '2:10: axis: "home" is one of the shell\'s or the system\'s own names',
      '4:7: variable: "LANG" is one of the shell\'s or the system\'s own names',
      '4:16: variable: "A_b" is not a name (lower-case letters, digits and _, a letter first)',
      '5:26: hole "<path>": "path" is one of the shell\'s or the system\'s own names',
    ],
  );
});

t.test('ids come from titles, then from numbers, and are unique', async (t) => {
  const steps =
    '- {title: "Boot it, now!", run: x}\n- run: x\n- {title: Boot it now, run: x}\n- {id: mine, run: x}';
  t.same(
    scenarioOf(withSteps(steps)).steps.map(({ id }) => id),
    ['boot-it-now', 'step-2', 'boot-it-now-2', 'mine'],
  );
  t.same(messagesOf(withSteps('- {id: a, run: x}\n- {id: a, run: y}')), ['5:4: the id "a" stands twice']);
  t.same(messagesOf(withSteps('- {id: boot, run: x}')), [
    '4:4: the id "boot" is that of a step which each run of this job has',
  ]);
});

const excluding = (rule: string): readonly string[] =>
  messagesOf(`title: A\nmatrix: {a: [x], exclude: ${rule}}\nmachine: a\nsteps: [{say: x}]`);

t.test('a matrix is checked as a whole', async (t) => {
  t.same(
    messagesOf(
      'title: A\nmatrix: {a: [x, x], b: [], c: ["y z"], d: , exclude: {a: q}, include: {a: n}}\nmachine: a\nsteps: [{say: x}]',
    ),
    [
      '2:17: axis "a" has the value "x" twice',
      '2:24: axis "b" has no values',
      '2:32: an axis value cannot be "y z"',
      '2:43: axis "d" has no values',
      '2:54: this exclude matches no combination: axis "a" has no value "q"',
      '2:71: an include is a whole combination; this one has no "b", "c", "d"',
    ],
  );
  t.same(excluding('{because: why}'), ['2:27: this exclude names no combination']);
  t.same(excluding('{a: x, because: why}'), ['2:27: every combination is excluded: no job is left']);
  t.same(excluding('{a: x, because: }'), [
    '2:27: every combination is excluded: no job is left',
    '2:43: because has no value',
  ]);
});

t.test('needs are known capabilities', async (t) => {
  checkProblems(
    t,
    'title: A\nmachine: a\nneeds: [nspwan, {any: [docker, podman]}, {host-systemd: ">= 250"}]\nsteps: [{say: x}]',
    `
a.yaml:3:9: unknown need "nspwan"
  needs: [nspwan, {any: [docker, podman]}, {host-systemd: ">= 250"}]
          ^
hint: did you mean "nspawn"?`,
  );
});

t.test('one item stands for a list, and files lie beside the scenario', async (t) => {
  const scenario = scenarioOf(
    'title: A\ntags: x\nmachine: {image: a, files: {path: /b, from: ../c}}\nsteps: {run: x, artifacts: /log}',
  );
  t.match(scenario, { tags: ['x'], machine: { files: [{ from: '/c' }] }, steps: [{ artifacts: ['/log'] }] });
});
