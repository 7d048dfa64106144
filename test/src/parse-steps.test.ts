/** What a step cannot do in the machine it is for, or with what it looks at. */
import t from 'tap';
import { messagesOf, withSteps } from './parse-check.ts';

t.test('only a machine made from an image is rebooted', async (t) => {
  const says = ': only machines made from an image are rebooted';
  t.same(messagesOf('title: A\nmachine: host\nsteps:\n- reboot:'), [
    `4:3: "reboot" means nothing on this very computer${says}`,
  ]);
  t.same(messagesOf('title: A\nmachine: {ssh: a}\nsteps: [{run: x}]\ncleanup:\n- reboot:'), [
    `5:3: "reboot" means nothing beside "ssh"${says}`,
  ]);
  const two = 'title: A\nmachines: [{name: a, image: b}, {name: c, ssh: d}]\nsteps:\n';
  t.same(messagesOf(`${two}- {on: a, reboot: }`), []);
  t.match(messagesOf(`${two}- {on: c, reboot: }`), ['4:3: "reboot" means nothing beside "ssh"']);
});

t.test('a fact captures nothing, so no hole in it has a name', async (t) => {
  const says = 'a fact captures nothing, and "id" names a hole in it';
  t.same(messagesOf(withSteps('- check: {file: /a, contains: "id=<id>"}')), [`4:31: ${says}`]);
  t.same(messagesOf(withSteps('- wait: {http: "http://a/", body: {all: ["<id:int>", {not: "<b>"}]}}')), [
    `4:35: ${says}`,
  ]);
  t.same(
    messagesOf(withSteps('- check: {file: /a, contains: "<w> and <w>, <:int>"}')),
    [],
    'a name that stands for equal texts',
  );
  t.same(messagesOf(withSteps('- check: {output-of: x, expect: <id>}')), []);
});

/** Of a step in a machine where this user types. */
function typedBy(user: string, step: string): readonly string[] {
  return messagesOf(
    `title: A\nmachine: {image: a, user: ${user}}\nmatrix: {who: [a]}\nsteps:\n- {run: x, ${step}}`,
  );
}

t.test('only root types as another user', async (t) => {
  const says = '"user" needs a root who types, and in this machine "alice" does';
  t.same(typedBy('alice', 'user: root'), [`5:3: ${says}`]);
  t.same(typedBy('alice', 'cwd: /'), []);
  t.same(typedBy('root', 'user: alice'), []);
  t.same(typedBy('"${who}"', 'user: alice'), [], 'which may be root');
});

t.test('a command that types nothing is a mistake', async (t) => {
  t.same(messagesOf(withSteps('- run: ""\n- run: |2\n\n- run:\n')), [
    '4:8: run types nothing',
    '5:8: run types nothing',
    '7:7: run has no value',
  ]);
  t.same(messagesOf(withSteps('- ask: how many\n  answer: {run: " "}\n- check: {output-of: ""}')), [
    '5:17: run types nothing',
    '6:22: output-of types nothing',
  ]);
});

t.test('what asserts nothing, or cannot be answered, is a mistake', async (t) => {
  const empty = 'an empty list asserts nothing';
  t.same(messagesOf(withSteps('- check: []\n- wait: []\n- run: x\n  check: []')), [
    `4:10: ${empty}`,
    `5:9: ${empty}`,
    `7:10: ${empty}`,
  ]);
  t.same(messagesOf(withSteps('- run: x\n  learn: {explain: {when: [], say: why}}')), [`5:27: ${empty}`]);
  t.same(askMessages('answer: ""'), ['5:11: an empty answer cannot be given']);
});

const askMessages = (rest: string): readonly string[] => messagesOf(withSteps(`- ask: which\n  ${rest}`));

t.test('the answer is one of the choices', async (t) => {
  const choices = 'choices: [bash, sleep]';
  t.same(askMessages(`${choices}\n  answer: bsh`), ['6:11: the answer "bsh" is none of the choices']);
  t.same(askMessages(`${choices}\n  answer: bash`), []);
  t.same(askMessages('answer: any'), []);
  t.same(askMessages(`${choices}\n  answer: {run: date}`), []);
});

t.test('without machines nobody is asked for one of them', async (t) => {
  t.same(messagesOf('title: A\nmachines: []\nsteps: [{run: x}]'), [
    '2:11: no machines are nothing to type in',
  ]);
});
