/** The fields of pdf.js's TextItem that lines are made from; lengths in points of user space. */
export interface PdfItem {
  readonly str: string;
  /** a, b, c, d, x, y of the matrix that places the glyphs. */
  readonly transform: readonly number[];
  readonly width: number;
}

/** One line of text. `along` and `up` are measured in the direction of the text, so that rotated text reads alike. */
export interface Line {
  text: string;
  readonly page: number;
  readonly size: number;
  readonly angle: number;
  readonly start: number;
  end: number;
  readonly up: number;
}

/**
 * Lines in the order of the content stream, which follows columns and text boxes where a program wrote it.
 * A glyph run joins the line before it while it stays on that baseline and moves forward.
 */
export function linesOf(items: readonly PdfItem[], page: number): readonly Line[] {
  const lines: Line[] = [];
  let previous = { text: "", along: 0 };
  for (const item of items) {
    const text = item.str.replace(/\s+/g, " ");
    if (text === "") continue;
    const place = placeOf(item);
    const current = lines.at(-1);
    if (current !== undefined && continues(current, place)) {
      // Bold is sometimes drawn as the same run twice, slightly shifted.
      if (previous.text === text && Math.abs(previous.along - place.along) < place.size * 0.3) continue;
      current.text += spaceBetween(current, place, text) + text;
      current.end = Math.max(current.end, place.along + item.width);
    } else {
      if (text === " ") continue;
      const { size, angle, along, up } = place;
      lines.push({ text, page, size, angle, start: along, end: along + item.width, up });
    }
    previous = { text, along: place.along };
  }
  for (const line of lines)
    line.text = line.text
      .replace(/\u00AD(?!$)/g, "")
      .replace(/ {3,}/g, "  ")
      .trim();
  return withoutRepeats(lines.filter((line) => line.text !== ""));
}

interface Place {
  readonly size: number;
  readonly angle: number;
  readonly along: number;
  readonly up: number;
}

function placeOf({ transform }: PdfItem): Place {
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = transform;
  const angle = Math.atan2(b, a);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return { size: Math.hypot(c, d), angle, along: x * cos + y * sin, up: y * cos - x * sin };
}

/** Superscripts and subscripts sit within 0.6 of the line's size from its baseline. */
const continues = (line: Line, place: Place): boolean =>
  Math.abs(line.angle - place.angle) < 0.02 &&
  Math.abs(line.up - place.up) <
    Math.max(line.size, place.size) * (place.size < line.size * 0.85 ? 0.6 : 0.3) &&
  place.along > line.end - Math.max(line.size, place.size) * 0.8;

function spaceBetween(line: Line, place: Place, text: string): string {
  if (line.text.endsWith(" ") || text.startsWith(" ")) return "";
  const gap = place.along - line.end;
  const size = Math.max(line.size, place.size);
  return gap > size * 1.5 ? "  " : gap > size * 0.15 ? " " : "";
}

/** The same words drawn again at the same place (shadows, stamps) count once. */
function withoutRepeats(lines: readonly Line[]): readonly Line[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const key = `${line.text}|${Math.round(line.start / 2)}|${Math.round(line.up / 2)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
