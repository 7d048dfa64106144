/** The one error class: a problem the user can mend. Anything else thrown is our bug. */

/** A place in a file, all counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Printed as `error: <message>` (`cannot <verb> <object>: <cause>`), then `hint: <hint>`, then the detail
 * (last lines of a tool, say). Ends the program with `status`: 2 for bad input, 3 where we failed to run something.
 */
export class UserError extends Error {
  readonly hint: string | undefined;
  readonly detail: string | undefined;
  readonly status: 2 | 3;

  constructor(
    message: string,
    options: { hint?: string | undefined; detail?: string | undefined; status?: 2 | 3; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.hint = options.hint;
    this.detail = options.detail;
    this.status = options.status ?? 2;
  }
}
