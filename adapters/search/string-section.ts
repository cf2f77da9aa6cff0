import type { Pacer } from "./pacer.ts";

const stringsPerStep = 10_000;
const bytesPerStep = 256 * 1024;
const lineBreak = 10;

/** Strings without line breaks, one after the other, as UTF-8. */
export async function encodeStrings(
  strings: Iterable<string>,
  count: number,
  pacer: Pacer,
): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let step: string[] = [];
  let taken = 0;
  const flush = (): void => {
    if (step.length > 0) parts.push(Buffer.from(`${step.join("\n")}\n`));
    step = [];
  };
  for (const one of strings) {
    if (taken === count) break;
    taken += 1;
    step.push(one);
    if (step.length < stringsPerStep) continue;
    flush();
    await pacer.pause();
  }
  flush();
  return Buffer.concat(parts);
}

export async function decodeStrings(bytes: Uint8Array, pacer: Pacer): Promise<string[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings: string[] = [];
  for (let start = 0; start < buffer.length;) {
    const end = buffer.indexOf(lineBreak, Math.min(buffer.length - 1, start + bytesPerStep));
    for (const one of buffer.toString("utf8", start, end).split("\n")) strings.push(one);
    start = end + 1;
    await pacer.pause();
  }
  return strings;
}
