/** Runs in the page: texts whose colour is too near to what they stand on. */
/// <reference lib="dom" />

export function contrastFaults(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  function rgba(colour: string): readonly [number, number, number, number] {
    if (canvas === null) return [0, 0, 0, 0];
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha];
  }
  function luminance(colour: string): number {
    const [red, green, blue] = rgba(colour)
      .slice(0, 3)
      .map((channel) => {
        const share = channel / 255;
        return share <= 0.039_28 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
    return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  }
  function ground(element: Element | null): string {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (rgba(backgroundColor)[3] > 200) return backgroundColor;
    }
    return getComputedStyle(document.documentElement).colorScheme.includes('dark') ? '#000' : '#fff';
  }
  const faults = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || node.textContent?.trim() === '' || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const isDrawn = element instanceof SVGElement;
    const [low = 0, high = 0] = [
      luminance(isDrawn ? style.fill : style.color),
      luminance(ground(element)),
    ].toSorted((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5)
      faults.add(
        `${element.localName}.${element.getAttribute('class') ?? ''} ${ratio.toFixed(2)} ${style.color} on ${ground(element)}`,
      );
  }
  return [...faults];
}
