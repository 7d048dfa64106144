/** `--tag`: words joined by `not`, `and`, `or` and parentheses → whether a scenario's tags satisfy them. */
import { UserError } from './error.ts';

type Holds = (tags: readonly string[]) => boolean;

export function parseTags(expression: string): Holds {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let next = 0;
  const fail = (message: string): UserError =>
    new UserError(`cannot read --tag "${expression}": ${message}`, {
      hint: 'words with not, and, or and parentheses, such as "workshop and not (slow or network)"',
    });

  const either = (): Holds => {
    const terms = [both()];
    while (tokens[next] === 'or') {
      next++;
      terms.push(both());
    }
    return (tags) => terms.some((holds) => holds(tags));
  };
  const both = (): Holds => {
    const terms = [single()];
    while (tokens[next] === 'and') {
      next++;
      terms.push(single());
    }
    return (tags) => terms.every((holds) => holds(tags));
  };
  const single = (): Holds => {
    const token = tokens[next];
    next++;
    if (token === undefined) throw fail('a tag is missing at the end');
    if (token === 'not') {
      const holds = single();
      return (tags) => !holds(tags);
    }
    if (token === '(') {
      const holds = either();
      if (tokens[next] !== ')') throw fail('a ")" is missing');
      next++;
      return holds;
    }
    if (token === ')' || token === 'and' || token === 'or') throw fail(`a tag is missing before "${token}"`);
    if (token.includes(','))
      throw fail(
        `a comma joins nothing; say "${token.split(',').join(' and ')}", or "${token.split(',').join(' or ')}"`,
      );
    return (tags) => tags.includes(token);
  };

  const holds = either();
  const rest = tokens[next];
  if (rest !== undefined) throw fail(`"and" or "or" is missing before "${rest}"`);
  return holds;
}
