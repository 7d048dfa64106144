/** JSON that every parser takes: a lone half of a character, which some refuse even as an escape, is replaced. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'string' ? one.replaceAll(/\p{Surrogate}/gu, '�') : one,
  );
}
