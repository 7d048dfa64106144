/** Globs: over paths `*` stays within a part, over names of jobs it does not; `**`, `?`, `[ab]`, `{a,b}`. */

export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** The name itself, its beginning up to a boundary (`nspawn`, `nspawn/echo`, `nspawn/echo@debian-12`), or a glob of it. */
export function matchesName(wanted: string, name: string): boolean {
  if (isGlob(wanted))
    return globPattern(
      wanted.replaceAll(/\*+\/?/g, (stars) =>
        stars.endsWith('/') && stars.length > 2 ? stars : stars.replace(/\*+/, '**'),
      ),
    ).test(name);
  if (!name.startsWith(wanted)) return false;
  return wanted.endsWith('/') || name.length === wanted.length || /[/@,]/.test(name[wanted.length] ?? '');
}

const parts: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  '}': ')',
};

/** An expression that matches whole names; what is no valid glob stands for itself. */
export function globPattern(glob: string): RegExp {
  let depth = 0;
  const closed = glob.split('{').length === glob.split('}').length;
  const source = glob.replaceAll(/\*\*\/|\*\*|\*|\?|\[!?[^\]/]+\]|[{},]|[\\^$.|+()[\]]/g, (token) => {
    if (token.startsWith('[') && token.length > 1) return token.replace('[!', '[^').replaceAll('\\', '\\\\');
    if (token === '{' || token === '}') {
      if (!closed) return `\\${token}`;
      depth += token === '{' ? 1 : -1;
    }
    if (token === ',') return depth > 0 ? '|' : ',';
    return parts[token] ?? `\\${token}`;
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return new RegExp(`^${glob.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')}$`, 's');
  }
}
