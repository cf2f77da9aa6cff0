/** A clause shorter than this, in characters, is joined with the next: a space alone does not end a Thai sentence. */
const shortestClause = 60;
const thaiLetter = /[\u0e00-\u0e7f]/;
const mark = /[.!?…\u0e2f\u0e5a\u0e5b]/;
/** Polite particles and sentence-final words close a sentence wherever a space follows. */
const closing = /(?:ครับ|ค่ะ|คะ|นะ|แล้ว)$/;
const opening = /^(?:และ|หรือ|แต่|ซึ่ง|ที่|โดย|เพื่อ|ได้แก่|เช่น|คือ|ๆ)/;

/** Offsets at which one Thai sentence ends and the next begins, found by spaces, marks and lengths. */
export function splitThai(text: string): number[] {
  const cuts: number[] = [];
  let start = 0;
  for (const match of text.matchAll(/\s+/g)) {
    const before = text[match.index - 1] ?? "";
    const after = text.slice(match.index + match[0].length);
    const clause = text.slice(start, match.index);
    const ended = mark.test(before) && clause.length > 2 && !/\d\.$/.test(clause.slice(-2));
    const politeEnd = closing.test(clause.slice(-6)) && clause.length >= shortestClause / 3;
    const longEnough =
      clause.length >= shortestClause &&
      thaiLetter.test(before) &&
      thaiLetter.test(after[0] ?? "") &&
      !opening.test(after);
    if (!ended && !politeEnd && !longEnough) continue;
    cuts.push(match.index);
    start = match.index + match[0].length;
  }
  return cuts;
}
