import type { ModelImage } from "../inference/model-gateway.ts";

/** By their first bytes; SVG, which is a document with programs, is none of them. */
const signatures: readonly (readonly [ModelImage["mediaType"], RegExp])[] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^474946383[79]61/],
  ["image/webp", /^52494646.{8}57454250/],
];

/** What a file is that a model which sees takes, whatever it is called; null where it is none. */
export function pictureType(content: Uint8Array): ModelImage["mediaType"] | null {
  const beginning = [...content.subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return signatures.find(([, signature]) => signature.test(beginning))?.[0] ?? null;
}
