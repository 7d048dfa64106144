/** `--between=OLD,NEW`: one image beside another, each with jobs in its run. */
import { imagesOf, type Between, type ImagePair } from '../../src/compare-between.ts';
import { UserError } from '../../src/error.ts';

export function readImagePair(words: string | undefined): ImagePair | undefined {
  if (words === undefined) return undefined;
  const [before = '', after = '', ...more] = words.split(',');
  if (before === '' || after === '' || before === after || more.length > 0)
    throw new UserError(`--between takes two images, not "${words}"`, {
      hint: 'rootlab compare reports/out/latest --between=debian-12,debian-13',
    });
  return [before, after];
}

export function requireImages({ baseline, now }: Between, [before, after]: ImagePair): void {
  const asked = [
    [before, imagesOf(baseline)],
    [after, imagesOf(now)],
  ] as const;
  for (const [image, images] of asked)
    if (!images.includes(image))
      throw new UserError(`no job of the run is on the image "${image}"`, {
        hint: `it has ${images.join(', ')}`,
      });
}
