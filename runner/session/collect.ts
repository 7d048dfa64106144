/** Keeps the head and the tail of a stream in bounded memory, however much arrives. */
import type { Collected } from '../machine.ts';

export interface Collector {
  readonly totalBytes: () => number;
  /** Copies: the chunk may be used again at once. */
  readonly add: (chunk: Uint8Array) => void;
  /** All there is; nothing is added afterwards. */
  readonly collected: () => Collected;
}

const empty: Collected = { bytes: new Uint8Array(0), totalBytes: 0, cutBytes: 0, cutAt: 0 };
const firstBytes = 4096;

/** One buffer that grows up to the limit; its first half is the head, its second half then becomes a ring. */
export function makeCollector(limitBytes: number): Collector {
  const headBytes = Math.ceil(limitBytes / 2);
  const ringBytes = limitBytes - headBytes;
  let data: Uint8Array = empty.bytes;
  let total = 0;

  function add(chunk: Uint8Array): void {
    let from = 0;
    if (total < limitBytes) {
      from = Math.min(chunk.length, limitBytes - total);
      reserve(total + from);
      data.set(from === chunk.length ? chunk : chunk.subarray(0, from), total);
      total += from;
    }
    if (from === chunk.length) return;
    total += chunk.length - from;
    if (ringBytes > 0) addToRing(chunk.subarray(Math.max(from, chunk.length - ringBytes)));
  }

  function reserve(neededBytes: number): void {
    if (neededBytes <= data.length) return;
    const grown = new Uint8Array(Math.min(limitBytes, Math.max(neededBytes, data.length * 4, firstBytes)));
    grown.set(data.subarray(0, total));
    data = grown;
  }

  /** `total` counts the rest already, so the rest ends where the ring now ends. */
  function addToRing(rest: Uint8Array): void {
    const start = (total - rest.length - headBytes) % ringBytes;
    const first = Math.min(rest.length, ringBytes - start);
    data.set(rest.subarray(0, first), headBytes + start);
    data.set(rest.subarray(first), headBytes);
  }

  function collected(): Collected {
    if (total === 0) return empty;
    if (total <= limitBytes) {
      return { bytes: data.subarray(0, total), totalBytes: total, cutBytes: 0, cutAt: 0 };
    }
    unroll(data.subarray(headBytes), ringBytes === 0 ? 0 : (total - headBytes) % ringBytes);
    return { bytes: data, totalBytes: total, cutBytes: total - limitBytes, cutAt: headBytes };
  }

  return { totalBytes: () => total, add, collected };
}

/** Brings what stands from `oldest` on to the front, in place: there may be no room for all of it once more. */
function unroll(ring: Uint8Array, oldest: number): void {
  ring.subarray(0, oldest).reverse();
  ring.subarray(oldest).reverse();
  ring.reverse();
}
