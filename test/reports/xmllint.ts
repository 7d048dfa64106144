/** The judge of JUnit files: libxml2, and the schema of Jenkins' xunit plugin. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SCHEMA = join(import.meta.dirname, '../fixtures/schemas/junit-10.xsd');

/** What xmllint has to say against the document; nothing where it is valid. */
export function faultsOf(xml: string): string {
  const argv = ['--noout', '--huge', '--nonet', '--schema', SCHEMA, '-'];
  const { status, stderr } = spawnSync('xmllint', argv, { input: xml, encoding: 'utf8' });
  return status === 0 ? '' : stderr;
}
