/** Why a build failed, in words that say what to do. */
import { firstLine, shellWord } from '../../src/describe-text.ts';
import { UserError } from '../../src/error.ts';
import type { ToolResult } from './enclosure.ts';
import type { BuildStep } from './recipes.ts';

const tailLines = 12;

/** What tools say → what it means. The first that fits is told. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/,
    'the disk is full: free some space, "rootlab images prune", or set ROOTLAB_CACHE to a larger disk',
  ],
  [
    /Temporary failure (?:in name resolution|resolving)|Could(?: not|n't) resolve|Network is unreachable|No route to host/,
    'no network: the mirror cannot be found from here; connect this computer, or name a mirror it reaches (`mirror:` or `config:` in rootlab.yaml, http_proxy)',
  ],
  [
    /Connection refused|Could(?: not|n't) connect|Connection timed out|Unable to connect|connection timed out|Operation too slow|Timeout was reached/,
    'the mirror does not answer: try again later, or name another one (`mirror:` or `config:` in rootlab.yaml, http_proxy)',
  ],
  [
    /no longer valid|not valid yet|is expired|Release file .*expired/,
    'the mirror is older than it says it may be: update it, or write `check-valid-until: false` into the recipe',
  ],
  [
    /does not have a Release file|404 +Not Found|No such suite|Failed getting release file|No such script/i,
    'the mirror has no such suite: check `suite:` and `mirror:` of the recipe',
  ],
  [
    /NO_PUBKEY|couldn't be verified|is not signed|KEYEXPIRED|Unknown public key/i,
    "no key of this computer fits the mirror's signature: install debian-archive-keyring (or a newer one)",
  ],
  [
    /signature from .* is (?:unknown|marginal|invalid)|PGP signature|keyring is not writable|GPG check FAILED/i,
    'no key of this computer fits the signature of the packages: for pacman install archlinux-keyring, then pacman-key --init and pacman-key --populate; for dnf name the key by gpgkey= in `config:`',
  ],
  [
    /Hash Sum mismatch|File has unexpected size|Some index files failed|Failed to fetch|invalid or corrupted|incorrect checksum|[Cc]hecksum doesn't match/,
    'the mirror is broken or being updated: try again later, or name another one (`mirror:` or `config:` in rootlab.yaml)',
  ],
  [
    /failed retrieving file|Failed to download metadata for repo/,
    'the mirror has no such repository: check `Server` or `baseurl` in `config:`',
  ],
  [
    /Unable to locate package|has no installation candidate|target not found|Unable to find a match/,
    'check the names under `packages:`',
  ],
  [
    /crypto_LUKS|BitLocker/,
    'the disk is encrypted: open it (cryptsetup open), copy what is in it into a file, and name that file',
  ],
  [
    / is \w+_member$/m,
    'its files lie in a volume group or an array, which is not put together here: copy that volume into a file of its own',
  ],
  [
    /unknown filesystem type/,
    'the kernel of this computer cannot mount that: modprobe it, or use another file system',
  ],
  [
    /cannot mount .* read-only/,
    'its file system was not closed in order: shut that system down, or mend a copy with fsck',
  ],
  [/loop device/, 'no loop device can be had here; in a container, start that one privileged, with /dev'],
  [/without an os-release|no file system that is known/, 'it is no disk with an installed system'],
  [/[Dd]ockerfile parse error|[Uu]nknown instruction/, 'mend the Dockerfile in the line that is told above'],
  [
    /returned a non-zero code|building at STEP/,
    'a RUN of the Dockerfile failed; what it printed stands above',
  ],
  [/has no apt-get/, 'packages can be added to Debian and Ubuntu trees only'],
  [
    /unshare: .*Operation not permitted|must be superuser|mount: .*permission denied|Operation not permitted/,
    'building needs root with all its capabilities: run it with sudo; in a container, start that one privileged',
  ],
  [
    /not recognized archive|does not look like a tar archive|Unexpected EOF in archive|not in gzip format|Cannot exec|File format not recognized/i,
    'the file is no whole tar archive (.tar, .tar.gz, .tar.xz or .tar.zst; the last two need xz-utils and zstd)',
  ],
];

export function toolFailure(name: string, step: BuildStep, result: ToolResult): UserError {
  const title = step.title ?? step.argv[0] ?? '';
  const variables = Object.entries(step.env ?? {}).map(([key, value]) => `${key}=${shellWord(value)}`);
  const command = step.shown ?? [...variables, ...step.argv.map(shellWord)].join(' ');
  const said = result.lastLines;
  // apt and mmdebstrap say first what is wrong, and last that something is.
  const [first] = said.flatMap((line) => /^E: (.+)/.exec(line)?.[1] ?? []);
  const cause = first === undefined ? '' : `: ${firstLine(first)}`;
  return new UserError(`cannot build image "${name}": ${title} ended with ${result.exit}${cause}`, {
    detail: [`$ ${command}`, ...said.slice(-tailLines)].join('\n'),
    hint:
      causeOf(said.join('\n')) ??
      `"rootlab images build ${name}" tries again; the lines above are the tool's own`,
    status: 3,
  });
}

/** An error of our own file operations; anything that is not the computer's fault is passed on. */
export function hostFailure(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError || !('code' in error)) return error;
  if (!['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO'].includes(String(error.code))) return error;
  return new UserError(`cannot build image "${name}": ${error.message}`, {
    hint: causeOf(error.message) ?? 'set ROOTLAB_CACHE to a directory that can be written',
    status: 3,
    cause: error,
  });
}

function causeOf(text: string): string | undefined {
  return causes.find(([pattern]) => pattern.test(text))?.[1];
}
