import { crc32, deflateSync } from "node:zlib";

interface Size {
  readonly width: number;
  readonly height: number;
}

const big = (value: number, bytes: number): Buffer => {
  const made = Buffer.alloc(bytes);
  made.writeUIntBE(value, 0, bytes);
  return made;
};
const little = (value: number, bytes: number): Buffer => big(value, bytes).reverse();

/** A chunk of a PNG: its length, its name and what it holds, and their checksum. */
const chunk = (name: string, content: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(name), content]);
  return Buffer.concat([big(content.length, 4), named, big(crc32(named), 4)]);
};

/** A white PNG, whole where it is small; a large one only says its size, as a picture does that is made to fill memory. */
export function png({ width, height }: Size): Buffer {
  const rows = width * height <= 1_000_000 ? Buffer.alloc((width + 1) * height, 255) : Buffer.alloc(1);
  for (let row = 0; row * (width + 1) < rows.length; row += 1) rows[row * (width + 1)] = 0;
  const header = Buffer.concat([big(width, 4), big(height, 4), Buffer.from([8, 0, 0, 0, 0])]);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The beginning of a JPEG, up to its frame header, behind a segment of a camera's. */
export const jpeg = ({ width, height }: Size): Buffer =>
  Buffer.concat([
    Buffer.from("ffd8ffe100060000ffd8", "hex"),
    Buffer.from("ffffc0001108", "hex"),
    big(height, 2),
    big(width, 2),
    Buffer.from("03011100021101031101", "hex"),
  ]);

/** The beginning of a GIF. */
export const gif = ({ width, height }: Size): Buffer =>
  Buffer.concat([Buffer.from("GIF89a"), little(width, 2), little(height, 2), Buffer.from("800000", "hex")]);

const riff = (name: string, content: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from("RIFF"),
    little(content.length + 12, 4),
    Buffer.from(`WEBP${name}`),
    little(content.length, 4),
    content,
  ]);

/** The beginnings of WebP pictures. */
export const webp = {
  lossy: ({ width, height }: Size): Buffer =>
    riff(
      "VP8 ",
      Buffer.concat([
        Buffer.from("3000009d012a", "hex"),
        little(width, 2),
        little(height, 2),
        Buffer.alloc(4),
      ]),
    ),
  lossless: ({ width, height }: Size): Buffer =>
    riff(
      "VP8L",
      Buffer.concat([Buffer.from([0x2f]), little((width - 1) | ((height - 1) << 14), 4), Buffer.alloc(4)]),
    ),
  extended: ({ width, height }: Size): Buffer =>
    riff("VP8X", Buffer.concat([Buffer.alloc(4), little(width - 1, 3), little(height - 1, 3)])),
};
