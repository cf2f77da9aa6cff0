/** An embedding as it is stored: 32-bit floats, little-endian (the byte order of every platform that Node runs on). */
export const embeddingBytes = (embedding: Float32Array): Buffer =>
  Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);

/** The reverse, from base64; copied, since a Buffer's memory may start at any byte. */
export function embeddingFromBase64(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return new Float32Array(bytes.buffer, 0, bytes.byteLength / 4);
}
