import { sightLine } from "./sight-line.ts";

/** Begins the line in which a model says what it sees in pictures, apart from what the passages say. */
export const sightMark = "PICTURE:";

/** Takes that line off the beginning of a model's text while it streams. */
export interface SightSplitter {
  /** What is known to belong to the answer. */
  push(text: string): string;
  /** The rest. */
  end(): string;
  /** Without its mark; empty where there is none. */
  readonly sight: string;
}

/** Such a line is over after so many characters, whatever follows. */
const longestLine = 1_200;
/** A model may set the mark off as a heading or in bold. */
const ornament = /^[\s*_#>]+/;

export function createSightSplitter(): SightSplitter {
  let held: string | null = "";
  let sight = "";

  const settle = (answer: string): string => {
    held = null;
    return answer;
  };
  const take = (text: string, last: boolean): string => {
    const plain = text.replace(ornament, "");
    if (!plain.toUpperCase().startsWith(sightMark)) {
      const undecided = sightMark.startsWith(plain.toUpperCase());
      if (undecided && !last) return "";
      return settle(text);
    }
    const line = plain.slice(sightMark.length);
    const end = line.trimStart() === "" ? -1 : line.indexOf("\n", line.length - line.trimStart().length);
    if (end === -1 && line.length < longestLine && !last) return "";
    sight = sightLine(end === -1 ? line : line.slice(0, end));
    return settle(end === -1 ? "" : line.slice(end + 1).trimStart());
  };

  return {
    push(text) {
      if (held === null) return text;
      held += text;
      return take(held, false);
    },
    end: () => (held === null ? "" : take(held, true)),
    get sight() {
      return sight;
    },
  };
}
