/**
 * What may stand in a scenario file: one declaration, in pieces under `scenario/`; types are what they yield.
 * The pieces read YAML cells, report every problem at its place, and give the JSON Schema.
 */
export type { Condition } from './scenario/condition.ts';
export type { Environment, EnvValue, HostValue, SecretName } from './scenario/environment.ts';
export type { Expectation } from './scenario/expectation.ts';
export type { Scenario } from './scenario/file.ts';
export type { Leave } from './scenario/leaves.ts';
export type { Learn } from './scenario/learn.ts';
export type { FileSpec, HostSpec, MachineSpec, MemberSpec, RootSpec } from './scenario/machine.ts';
export type { SshSpec } from './scenario/reached.ts';
export type { JsonPattern, Matcher, MatcherName } from './scenario/matcher.ts';
export type { Axis, Combination } from './scenario/matrix.ts';
export type { Network, PublishedPort } from './scenario/network.ts';
export type { Need } from './scenario/need.ts';
export type { Fact, FactMatcher, ResourceCheck, ResourceName } from './scenario/resource.ts';
export type { Step, StepCommon } from './scenario/step.ts';
export type { Exception, KnownIssue, Retry } from './scenario/tolerance.ts';
export type { Verb, VerbName } from './scenario/verb.ts';
export type { Ignore, JournalWatch, Watch } from './scenario/watch.ts';
