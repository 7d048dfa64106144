/** Writes assets.gen.ts where it is not what `generateAssets` says. */
export function writeAssets(): Promise<void>;
export function generateAssets(): Promise<string>;
