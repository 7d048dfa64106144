/** What a matrix and the reasons in a file can never be: each is one problem, at its place. */
import t from 'tap';
import { messagesOf, withSteps } from './parse-check.ts';

const ofMatrix = (matrix: string) =>
  messagesOf(`title: A\nmatrix: ${matrix}\nmachine: a\nsteps: [{run: echo $a}]`);

t.test('what excludes, forgives or tries again says why', async (t) => {
  const none = '"because" gives no reason';
  t.same(ofMatrix('{a: [x, y], exclude: {a: x, because: ""}}'), [`2:46: ${none}`]);
  t.same(ofMatrix('{a: [x, y], exclude: {a: x, because: [z]}}').length, 1);
  t.same(messagesOf(withSteps('- {run: x, retry: {times: 1, because: " "}}')), [`4:39: ${none}`]);
  t.same(messagesOf(withSteps('- {run: x, when: {image: y}, because: ""}')), [`4:39: ${none}`]);
  const ignore =
    'title: A\nmachine: a\nwatch: {journal: {priority: err, ignore: [{pattern: x, because: " "}]}}\n';
  t.same(messagesOf(`${ignore}steps: [{run: x}]`), [`3:65: ${none}`]);
});

t.test('no axis has a name that means something beside axes', async (t) => {
  const hint = /^2:10: no axis can be called "(because|repeat)": /;
  t.match(ofMatrix('{because: [x], a: [y]}'), [hint]);
  t.match(ofMatrix('{repeat: [1, 2], a: [y]}'), [hint]);
});

t.test('an item of exclude or include has axes', async (t) => {
  const nothing = 'an item of exclude without axes says nothing';
  t.same(ofMatrix('{a: [x], exclude: [{}]}'), [`2:28: ${nothing}`]);
  t.same(ofMatrix('{a: [x], include: {}}'), [`2:27: ${nothing.replace('exclude', 'include')}`]);
  t.same(ofMatrix('{a: [x], exclude: {b: x}}'), ['2:28: "b" is no axis of this matrix']);
  t.same(ofMatrix('{a: [x], exclude: {b: x, because: y}}'), ['2:28: "b" is no axis of this matrix']);
  t.same(ofMatrix('{include: [{a: x}]}'), ['2:10: "include" needs axes beside it, and this matrix has none']);
});
