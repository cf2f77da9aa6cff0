import { createHash, randomUUID, type Hash } from "node:crypto";
import { mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { Pacer } from "./pacer.ts";

const magic = "EXPERT-INDEX-1\n\n";
const lengthBytes = 8;
const checksumBytes = 32;
const chunkBytes = 4 * 1024 * 1024;
const longestHeader = 64 * 1024 * 1024;

/** A file of a JSON header and byte sections, closed by the SHA-256 of everything before it. */
export interface SnapshotContent {
  readonly header: unknown;
  readonly sections: readonly Uint8Array[];
}

/** Writes beside the file and renames, so that a reader sees the old file or the new one, whole. */
export async function writeSnapshotFile(path: string, content: SnapshotContent): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      const hash = createHash("sha256");
      const lengths = content.sections.map((section) => section.byteLength);
      const header = Buffer.from(JSON.stringify({ header: content.header, lengths }));
      const length = Buffer.alloc(lengthBytes);
      length.writeDoubleLE(header.length);
      for (const part of [Buffer.from(magic), length, header, ...content.sections])
        await write(file, part, hash);
      await file.writeFile(hash.digest());
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Null where the file is absent; throws where it is not whole. */
export async function readSnapshotFile(path: string): Promise<SnapshotContent | null> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const hash = createHash("sha256");
    if ((await read(file, magic.length, hash)).toString() !== magic) throw new Error("not an index snapshot");
    const headerBytes = (await read(file, lengthBytes, hash)).readDoubleLE();
    if (!(headerBytes > 0 && headerBytes <= longestHeader)) throw new Error("snapshot header unreadable");
    const json = (await read(file, headerBytes, hash)).toString();
    const { header, lengths } = JSON.parse(json) as { header: unknown; lengths: readonly number[] };
    const expected = lengths.reduce((sum, length) => sum + length, 0);
    if (size !== magic.length + lengthBytes + headerBytes + expected + checksumBytes)
      throw new Error("snapshot of the wrong length");
    const sections: Uint8Array[] = [];
    for (const length of lengths) sections.push(await read(file, length, hash));
    const checksum = await read(file, checksumBytes, null);
    if (!checksum.equals(hash.digest())) throw new Error("snapshot checksum differs");
    return { header, sections };
  } finally {
    await file.close();
  }
}

async function write(file: FileHandle, bytes: Uint8Array, hash: Hash): Promise<void> {
  const pacer = new Pacer();
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const chunk = bytes.subarray(start, start + chunkBytes);
    hash.update(chunk);
    await file.writeFile(chunk);
    await pacer.pause();
  }
}

async function read(file: FileHandle, length: number, hash: Hash | null): Promise<Buffer> {
  // A buffer of its own, so that number arrays may be laid over it from its first byte.
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let start = 0; start < length;) {
    const { bytesRead } = await file.read(bytes, start, Math.min(chunkBytes, length - start));
    if (bytesRead === 0) throw new Error("snapshot ends early");
    hash?.update(bytes.subarray(start, start + bytesRead));
    start += bytesRead;
  }
  return bytes;
}
