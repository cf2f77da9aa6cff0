import { analyze } from "../text/analyze.ts";

/** What kind of words an answer must hold. */
export type QuestionType =
  "who" | "when" | "where" | "how_many" | "how_to" | "why" | "definition" | "yes_no" | "other";

const english: readonly (readonly [QuestionType, RegExp])[] = [
  ["when", /\bwhen\b|\b(?:what|which) (?:year|date|time|day|month|century|decade|hours)\b|\bhow long ago\b/],
  [
    "how_many",
    /\bhow (?:many|much|long|quickly|soon|old|far|often|high|large|big|fast|tall|deep|wide|heavy)\b|\b(?:what|which) (?:is the |are the |was the )?(?:\w+ )?(?:percent(?:age)?|number|amount|limit|maximum|minimum|max|rate|ratio|price|cost|threshold|duration|size|length|quota|deadline|population)\b/,
  ],
  ["who", /\bwho(?:m|se)?\b|\b(?:which|what) (?:person|people|team|role|manager|department|group|contact)\b/],
  [
    "where",
    /\bwhere\b|\b(?:what|which) (?:city|country|place|state|region|location|channel|page|folder|path|url)\b/,
  ],
  [
    "how_to",
    /\bhow (?:do|can|could|should|would|shall|must) (?:i|we|you|one|someone|employees?|staff|people)\b|\bhow (?:to|am i|are we)\b|\b(?:steps?|procedure|instructions?|process|runbook)\b.*\b(?:to|for|of)\b|\bwhat (?:should|do|must|can) (?:i|we|one) do\b|\bwhat to do\b|\bhow is .+ (?:done|performed|configured|installed|requested|reset|restarted)\b/,
  ],
  [
    "why",
    /\bwhy\b|\bwhat (?:is|was|are|were) the (?:reasons?|causes?|purpose)\b|\bwhat causes?\b|\bhow come\b/,
  ],
  ["definition", /^(?:so |and )?(?:what(?:'s| is| are| was| were| does)|define|explain)\b.*/],
  [
    "yes_no",
    /^(?:is|are|was|were|do|does|did|can|could|may|should|must|will|would|has|have|had|am|isn't|aren't|don't|doesn't|can't)\b/,
  ],
];

const thai: readonly (readonly [QuestionType, RegExp])[] = [
  [
    "when",
    /เมื่อ(?:ไร|ไหร่|ใด)|ปี(?:ใด|ไหน|อะไร)|วัน(?:ที่เท่า(?:ไร|ไหร่)|ใด|ไหน)|ตอนไหน|ศตวรรษ(?:ที่เท่าไ|ใด|ไหน)|เดือน(?:ใด|ไหน)/u,
  ],
  ["how_many", /กี่|เท่า(?:ไร|ไหร่|ใด)|จำนวน|นานแค่ไหน|ร้อยละ|เปอร์เซ็นต์/u],
  ["who", /ใคร|ผู้ใด|คนใด|คนไหน|ทีมใด|ทีมไหน|บุคคลใด/u],
  ["where", /ที่(?:ไหน|ใด)|แห่ง(?:ใด|ไหน)|ประเทศ(?:ใด|ไหน)|เมือง(?:ใด|ไหน|อะไร)/u],
  ["why", /ทำไม|เหตุใด|เพราะอะไร|สาเหตุ/u],
  ["definition", /คืออะไร|หมายถึงอะไร|หมายความว่า/u],
  ["how_to", /(?<!เป็น)(?:อย่างไร|ยังไง)|วิธี|ขั้นตอน/u],
  ["yes_no", /ไหม|มั้ย|หรือไม่|หรือเปล่า|รึเปล่า/u],
];

/** The type whose cue comes first in the question; `other` where it holds none. English and Thai. */
export function questionType(question: string): QuestionType {
  const plain = question.toLowerCase().replaceAll(/[’‘]/g, "'").trim();
  // Thai asks at the end, and its cues rarely mislead: there the order of the list decides.
  const found = thai.find(([, cue]) => cue.test(plain));
  if (found !== undefined) return found[0];
  let first: { readonly type: QuestionType; readonly at: number } | null = null;
  for (const [type, cue] of english) {
    const at = plain.search(cue);
    if (at >= 0 && (first === null || at < first.at)) first = { type, at };
  }
  return first?.type ?? "other";
}

/** Does it ask what, or who, one thing is? */
export const asksWhatIs = (question: string): boolean =>
  /^\W*(?:what(?:'s|’s| is| are| does| counts as)|who(?:'s|’s| is| are)|define|explain)\b/i.test(question) ||
  /คืออะไร|หมายถึงอะไร|คือใคร/u.test(question);

/** Does it ask for commands, queries or code? */
export const asksForCode = (question: string): boolean =>
  /\b(?:commands?|quer(?:y|ies)|scripts?|sql|code|snippet|syntax|log (?:line|message|entry)|kubectl|curl)\b|คำสั่ง|โค้ด|สคริปต์/i.test(
    question,
  );

const event =
  /\b(?:when|if) (?:the |an? )?[\p{L}\p{N}_.-]+(?: alert)? (?:(?:is|has been|was|keeps) )?(fires|fired|firing|triggers|triggered|occurs|happens|appears|alerts|alert)\b/iu;

/** Analysed words that only say that something came up, as in "when KubeletDown fires". */
export const eventTerms = (question: string): readonly string[] =>
  [event.exec(question)?.[1] ?? ""].flatMap((found) => analyze(found));

const word = /[\p{L}\p{M}\p{N}_]+(?:[.\-/:@'+#][\p{L}\p{M}\p{N}_]+)*/gu;

/** Analysed words of what the question names: capitalised within it. */
export const namesIn = (question: string): ReadonlySet<string> =>
  new Set(
    (question.match(word) ?? []).flatMap((found, place) =>
      place > 0 && /^\p{Lu}/u.test(found) ? analyze(found) : [],
    ),
  );

const functionWords = `what which who whom whose when where why how do does did doing done can could should would will
 shall may might must ought i we you he she it they me us him them my our your his its their mine is are was were be
 been being am have has had having there here any some all this that these those one ones please tell explain describe
 give show know want like let about of for to in on at by with from as an a the and or but if so than then too also
 just really much many long often kind type sort thing something someone anyone happen happens mean means say does
 get got im i'm what's it's who's that's don't doesn't can't isn't aren't per via into up out over between during
 myself yourself far quickly soon counts
 hi hello hey thanks thank ok okay oh
 ทำ อะไร ใคร ไหน ใด กี่ เท่าไร เท่าไหร่ เท่าใด เมื่อไร เมื่อไหร่ เมื่อใด อย่างไร ยังไง ทำไม ไหม หรือไม่ หรือเปล่า บ้าง ครับ ค่ะ คะ
 นะ ที่ ของ ใน คือ เป็น มี จะ ได้ ต้อง และ หรือ ให้ กับ ว่า นี้ นั้น การ ความ โดย จาก แต่ ก็ ถ้า ถูก อยู่ ไป มา แล้ว ผม ฉัน ดิฉัน เรา คุณ
 ล่ะ ไร หรือ ซึ่ง เพื่อ ตาม เพราะ เหตุ ขอ ช่วย หน่อย จำนวน แห่ง กัน ด้วย ไว้ ขึ้น`;

/** The analysed words that ask rather than name: they say nothing about what an answer is about. */
export const askingTerms: ReadonlySet<string> = new Set(
  functionWords.split(/\s+/).flatMap((word) => [word, ...analyze(word)]),
);
