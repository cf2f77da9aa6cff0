import yauzl, { type Entry, type ZipFile } from "yauzl";

import { limits } from "./limits.ts";
import { refuseCorrupt, refuseEncrypted, refuseTooComplex } from "./refusal.ts";

/** The entries of a zip container by name. Names are only compared, never used as paths. */
export interface ZipContainer {
  readonly names: ReadonlySet<string>;
  readonly encryptedEntries: number;
  /** The inflated entry as UTF-8 text, or null where there is none of that name. */
  text(name: string): Promise<string | null>;
  /**
   * Inflates every entry once and counts: what a parser will meet is known before it starts.
   * Throws `document_too_complex` for a bomb, `document_encrypted`, `document_corrupt`.
   */
  verify(): Promise<void>;
}

/** Throws `document_corrupt` for what is not a whole zip file and `document_too_complex` for too many entries. */
export async function openZip(content: Uint8Array): Promise<ZipContainer> {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const zip = await open(buffer);
  const entries = await readEntries(zip);
  const byName = new Map(entries.map((entry) => [nameOf(entry), entry]));
  return {
    names: new Set(byName.keys()),
    encryptedEntries: entries.filter(isEncrypted).length,
    text: async (name) => {
      const entry = byName.get(name);
      if (entry === undefined) return null;
      const chunks: Buffer[] = [];
      await inflate(zip, entry, limits.inflatedBytes, (chunk) => chunks.push(chunk));
      return Buffer.concat(chunks)
        .toString("utf8")
        .replace(/^\uFEFF/, "");
    },
    verify: async () => {
      if (entries.some(isEncrypted)) throw refuseEncrypted("Parts of the file are encrypted.");
      const allowed = Math.min(
        limits.inflatedBytes,
        Math.max(limits.inflationRatioFromBytes, buffer.length * limits.inflationRatio),
      );
      if (entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0) > allowed) throw bomb();
      let left = allowed;
      for (const entry of entries) {
        if (entry.uncompressedSize > 0 || entry.compressedSize > 0)
          left -= await inflate(zip, entry, left, () => undefined);
      }
    },
  };
}

const bomb = (): Error => refuseTooComplex("Unpacked, the file is far larger than a document can be.");
const isEncrypted = (entry: Entry): boolean => (entry.generalPurposeBitFlag & 1) === 1;
const damaged = (): Error => refuseCorrupt("The file is cut off or damaged: it cannot be unpacked.");

/** With `decodeStrings: false` names arrive as bytes; office formats use ASCII names. */
const nameOf = (entry: Entry): string =>
  Buffer.from(entry.fileName as unknown as Uint8Array)
    .toString("latin1")
    .replaceAll("\\", "/");

function open(buffer: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(
      buffer,
      { lazyEntries: true, decodeStrings: false, validateEntrySizes: true },
      (error, zip) => {
        if (error) reject(damaged());
        else resolve(zip);
      },
    );
  });
}

function readEntries(zip: ZipFile): Promise<readonly Entry[]> {
  if (zip.entryCount > limits.zipEntries) {
    return Promise.reject(
      refuseTooComplex(
        `The file holds ${zip.entryCount} packed parts; at most ${limits.zipEntries} are read.`,
      ),
    );
  }
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on("entry", (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.once("end", () => {
      resolve(entries);
    });
    zip.once("error", () => {
      reject(damaged());
    });
    zip.readEntry();
  });
}

function inflate(
  zip: ZipFile,
  entry: Entry,
  most: number,
  onChunk: (chunk: Buffer) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) {
        reject(damaged());
        return;
      }
      let total = 0;
      stream.on("data", (chunk: Buffer) => {
        total += chunk.length;
        if (total > most) {
          stream.destroy();
          reject(bomb());
          return;
        }
        onChunk(chunk);
      });
      stream.once("error", () => {
        reject(damaged());
      });
      stream.once("end", () => {
        resolve(total);
      });
    });
  });
}
