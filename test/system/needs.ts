/** What system tests need of a computer; why they are skipped where it is not there. */
import { testImage } from './image.ts';

export async function missingImage(name: string): Promise<string | false> {
  if (process.getuid?.() !== 0) return 'needs root';
  return (await testImage(name)) === undefined ? `needs the image ${name}` : false;
}
