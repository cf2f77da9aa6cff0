/** Longest reason that the server takes, in characters. */
export const reasonLengthLimit = 1_000;
const separator = " · ";

export interface Reason {
  /** The chosen chips, in words. */
  readonly chosen: readonly string[];
  readonly text: string;
}

/** Chips and text as the one reason that is stored: the chips in the first line. Null where there is neither. */
export function joinReason({ chosen, text }: Reason): string | null {
  const lines = [chosen.join(separator), text.trim()].filter((line) => line !== "");
  return lines.length === 0 ? null : lines.join("\n");
}

/** Reads a stored reason back for editing; a first line that is not made of known chips is text. */
export function splitReason(reason: string | null, known: readonly string[]): Reason {
  if (reason === null) return { chosen: [], text: "" };
  const [first = "", ...rest] = reason.split("\n");
  const chips = first.split(separator);
  return chips.every((chip) => known.includes(chip))
    ? { chosen: chips, text: rest.join("\n") }
    : { chosen: [], text: reason };
}
