import { detectLanguage } from "../text/language.ts";

/** Characters of the longest title. */
export const titleLength = 60;

const greeting =
  /^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))(?:\s+(?:there|all|team|everyone|folks|expert))?\s*[,!.:–-]*(?:\s+|$))+/i;
const request =
  /^(?:please\s+|(?:(?:can|could|would|will)\s+(?:you|anyone|someone)\s+(?:please\s+|kindly\s+)?(?:tell|show|explain(?:\s+to)?|remind|help)(?:\s+(?:me|us))?(?:\s+(?:about|with|to\s+understand))?\s+)|(?:(?:i|we)(?:'d|\s+would)\s+like\s+to\s+know\s+(?:about\s+)?)|(?:(?:i|we)\s+(?:want|need)\s+to\s+know\s+(?:about\s+)?)|(?:do\s+you\s+know\s+)|(?:quick\s+question\s*[,:!.–-]*\s*)|(?:(?:just\s+)?(?:a\s+)?question\s*:\s*))+/i;
const thaiGreeting =
  /^(?:สวัสดี(?:ครับ|ค่ะ|คะ)?|หวัดดี(?:ครับ|ค่ะ)?|ขอสอบถาม(?:หน่อย)?(?:ว่า)?|สอบถาม(?:หน่อย)?(?:ว่า)?|ขอถาม(?:หน่อย)?(?:ว่า)?|อยากทราบ(?:ว่า)?|รบกวน(?:สอบ)?ถาม(?:หน่อย)?(?:ว่า)?)[\s,!]*/u;
const thaiParticle = /(?:นะ)?(?:ครับ|ค่ะ|คะ|คับ)[\s?!.]*$/u;
const endings = /[\s?!.,;:…·、。！？–—-]+$/u;

/**
 * A short name for a conversation, from its first question: at most 60 characters, cut between words. Where nothing
 * but marks and courtesies is left, the question itself; empty only for blank text.
 */
export function conversationTitle(question: string): string {
  const plain = question.replaceAll(/```[^\n]*|[*_`#>]{2,}|^[#>]+\s/gmu, " ");
  const lines = plain.split("\n").map((line) => line.replaceAll(/\s+/g, " ").trim());
  const stripped = lines.map(withoutCourtesies).find((line) => /[\p{L}\p{N}]/u.test(line));
  const line = stripped ?? lines.join(" ").trim();
  const title = shorten(firstSentence(line)) || [...question.trim()].slice(0, titleLength).join("");
  return /^[a-z]+(?:[\s']|$)/.test(title) ? title.charAt(0).toUpperCase() + title.slice(1) : title;
}

function withoutCourtesies(line: string): string {
  const rest = line
    .replace(greeting, "")
    .replace(request, "")
    .replace(thaiGreeting, "")
    .replace(thaiGreeting, "")
    .replace(thaiParticle, "")
    .trim();
  // "Hi team," alone is a greeting, not a question.
  return /^(?:hi|hello|hey|thanks?|thank you)\b[^?]{0,12}$/i.test(rest) ? "" : rest;
}

/** The first sentence, where more follow: a mark, a space and a capital letter, so that `v1.2` and `e.g. x` stay whole. */
function firstSentence(line: string): string {
  const end = /[?!.]\s+(?=\p{Lu}|[\u0e00-\u0e7f])/u.exec(line);
  const sentence = end === null ? line : line.slice(0, end.index);
  return [...sentence].length >= 8 ? sentence : line;
}

function shorten(text: string): string {
  const whole = text.replace(endings, "");
  if ([...whole].length <= titleLength) return whole;
  const room = titleLength - 1; // for the ellipsis
  const words = new Intl.Segmenter(detectLanguage(text), { granularity: "word" });
  const unbroken = /\S+$/u;
  let kept = "";
  for (const { segment } of words.segment(whole)) {
    if ([...kept, ...segment].length > room) break;
    kept += segment;
  }
  // An identifier that the cut went through is left out whole.
  const cutInside = detectLanguage(text) === "en" && /^\S/u.test(whole.slice(kept.length));
  if (cutInside && /\s/u.test(kept.trim())) kept = kept.replace(unbroken, "");
  if (kept.trim() === "") kept = [...whole].slice(0, room).join("");
  return `${kept.replace(endings, "")}…`;
}
