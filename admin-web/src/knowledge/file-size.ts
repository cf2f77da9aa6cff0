/** A size in the unit that reads best; decimal units, as file managers show them. */
export function fileSize(bytes: number): { readonly unit: "b" | "kb" | "mb"; readonly value: number } {
  if (bytes < 1_000) return { unit: "b", value: bytes };
  if (bytes < 1_000_000) return { unit: "kb", value: Math.round(bytes / 1_000) };
  return { unit: "mb", value: Math.round(bytes / 100_000) / 10 };
}
