import iconv from "iconv-lite";

import { guessEncoding } from "./guess-encoding.ts";
import { refuse, refuseEmpty, refuseTooComplex } from "./refusal.ts";
import { limits } from "./limits.ts";

export interface DecodedText {
  /** With LF line ends and without a byte order mark. */
  readonly text: string;
  readonly warnings: readonly string[];
}

export interface DecodeHints {
  /** Whether a charset may be declared in the text itself, as in HTML and XML. */
  readonly html: boolean;
  readonly extension: string;
  /** A charset named outside the text, as in a mail header. */
  readonly declared?: string;
}

/**
 * Text from bytes: by byte order mark, as UTF-8 where it is valid UTF-8, by the declared encoding where that fits,
 * else by the most plausible encoding, which is then named in a warning.
 * Throws `document_undecodable` where no encoding gives readable text, `document_empty` for blank text.
 */
export function decodeText(bytes: Buffer, hints: DecodeHints): DecodedText {
  if (bytes.length > limits.textFileBytes) throw refuseTooComplex("The text file is larger than 60 MB.");
  const { text, warnings } = decode(bytes, hints);
  if (text.trim() === "") throw refuseEmpty();
  if (hasBinaryNoise(text)) throw undecodable();
  return { text: text.replace(/\r\n?/g, "\n").replace(/[\0\uFEFF]/g, ""), warnings };
}

const undecodable = (): Error =>
  refuse(
    "document_undecodable",
    "The file's text is in no encoding that could be recognised.",
    "Save it as UTF-8 and upload it again.",
  );

function decode(bytes: Buffer, hints: DecodeHints): DecodedText {
  const marked = decodeMarked(bytes);
  if (marked !== null) return { text: marked, warnings: [] };
  const declared = hints.declared ?? (hints.html ? declaredIn(bytes) : null);
  if (isUtf8(bytes) && !isStateful(declared)) return { text: bytes.toString("utf8"), warnings: [] };
  let warning = "";
  if (declared !== null && declared !== "utf-8" && declared !== "utf8" && iconv.encodingExists(declared)) {
    const text = iconv.decode(bytes, declared);
    if (!/[\uFFFD\u0080-\u0084\u0086-\u009F]/.test(text)) return { text, warnings: [] };
  }
  if (declared !== null) warning = ` It declares ${declared}, which does not fit.`;
  const guess = guessEncoding(bytes);
  if (guess === null) throw undecodable();
  return {
    text: guess.text,
    warnings: [
      `The encoding was recognised as ${guess.encoding}; check that accents and symbols are right.${warning}`,
    ],
  };
}

/** Encodings that use bytes below 128 only, so that the text is valid UTF-8 but means something else. */
const isStateful = (encoding: string | null): boolean =>
  encoding !== null && /^(?:iso-2022-|hz-|utf-7)/.test(encoding);

function decodeMarked(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 4).toString("hex");
  if (start.startsWith("efbbbf")) return new TextDecoder("utf-8").decode(bytes);
  if (start === "fffe0000") return iconv.decode(bytes, "utf-32le");
  if (start === "0000feff") return iconv.decode(bytes, "utf-32be");
  if (start.startsWith("fffe")) return iconv.decode(bytes, "utf-16le");
  if (start.startsWith("feff")) return iconv.decode(bytes, "utf-16be");
  return decodeUnmarkedUtf16(bytes);
}

/** UTF-16 without a mark shows as a zero in every other byte of Western text. */
function decodeUnmarkedUtf16(bytes: Buffer): string | null {
  const sample = bytes.subarray(0, 4096);
  if (sample.length < 8) return null;
  let even = 0;
  let odd = 0;
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const most = sample.length * 0.35;
  if (odd > most && even < most / 10) return iconv.decode(bytes, "utf-16le");
  if (even > most && odd < most / 10) return iconv.decode(bytes, "utf-16be");
  return null;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function declaredIn(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 65_536).toString("latin1");
  const found =
    /^\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]{2,30})["']/i.exec(start)?.[1] ??
    /<meta\b[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{2,30})/i.exec(start)?.[1];
  return found?.toLowerCase() ?? null;
}

/** Control characters that no text file has: more than one in a thousand, or a run of zeros. */
function hasBinaryNoise(text: string): boolean {
  const sample = text.length <= 200_000 ? text : text.slice(0, 100_000) + text.slice(-100_000);
  const noise = sample.match(/[\0-\x08\x0E-\x1A\x1C-\x1F\x7F]/g)?.length ?? 0;
  return noise > Math.max(2, sample.length / 1000);
}
