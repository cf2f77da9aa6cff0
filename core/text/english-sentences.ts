const candidate = /[.!?…]+["'”’)\]*_]*(?=\s)/g;
const abbreviations = new Set(
  "mr mrs ms dr prof sr jr st vs etc eg ie e.g i.e cf al fig figs no nos vol pp approx dept inc ltd co corp est jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k a.m p.m ph.d".split(
    " ",
  ),
);
const wordBefore = /([\p{L}\p{N}.]+)$/u;
const initial = /^\p{Lu}$/u;
const startsSentence = /^\s+["'“‘([*_`]*[\p{Lu}\p{N}\p{Lo}<]/u;
const figure = /^\d+$/;

/** Offsets at which one sentence ends and the next begins. */
export function splitEnglish(text: string): number[] {
  const cuts: number[] = [];
  for (const match of text.matchAll(candidate)) {
    const end = match.index + match[0].length;
    if (!startsSentence.test(text.slice(end, end + 12))) continue;
    if (
      match[0].startsWith(".") &&
      endsAbbreviation(text.slice(Math.max(0, match.index - 24), match.index), text.slice(end))
    )
      continue;
    cuts.push(end);
  }
  return cuts;
}

function endsAbbreviation(before: string, after: string): boolean {
  const word = wordBefore.exec(before)?.[1] ?? "";
  const lower = word.toLowerCase();
  if (initial.test(word)) return lower !== "i";
  // "No. 5" is an abbreviation, "Say no. Then" is not.
  if (lower === "no" || lower === "fig") return figure.test(after.trimStart().slice(0, 1));
  return abbreviations.has(lower);
}
