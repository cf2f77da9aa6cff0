import { askingTerms, namesIn, questionType, type QuestionType } from "../answering/question-type.ts";
import { analyze } from "../text/analyze.ts";

/**
 * Whether nothing speaks against two questions meaning the same: the same codes, numbers and names, both or neither deny,
 * and the same is asked of it (how, when, how much, may or must, in or out). Words alone and embeddings overlook these.
 */
export const mayMeanTheSame = (one: string, other: string): boolean => {
  const [left, right] = [plain(one), plain(other)];
  return (
    equal(codesOf(left), codesOf(right)) &&
    denial.test(left) === denial.test(right) &&
    equal(turnsOf(left, right), turnsOf(right, left)) &&
    asksAlike(kindOf(left), kindOf(right)) &&
    measureOf(left) === measureOf(right) &&
    !contradicts(modalityOf(left), modalityOf(right)) &&
    !contradicts(startOf(left), startOf(right)) &&
    namesWithin(one, other) &&
    namesWithin(other, one)
  );
};

const courteous =
  /^(?:(?:hi|hello|hey)\b[ ,!]*)?(?:please[ ,]+)?(?:(?:(?:can|could|would|will) you (?:please )?|please )(?:tell|explain|show|help|let)(?: to)?(?: (?:me|us))?(?: know| understand)?(?: to)?|(?:i|we)(?:'d| would)? (?:want|need|like|wanted) to (?:know|ask|understand)(?: about)?|do you know|(?:does )?any(?:one|body) know)[ ,:]+/u;

/** In lower case, digits as Latin ones, without the courtesies before it. */
export const plain = (question: string): string =>
  question
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("’", "'")
    .replaceAll(/[๐-๙]/gu, (digit) => String(digit.charCodeAt(0) - thaiZero))
    .trim()
    .replace(courteous, "")
    .replaceAll(/\b(what|who|where|when|how)'s\b/gu, "$1 is");
const thaiZero = "๐".charCodeAt(0);

/** What holds a digit, whole: an error's number, a machine's name, a version. */
const code = /[\p{Script=Latin}\d._/#-]*\d[\p{Script=Latin}\d_/#-]*(?:[.][\p{Script=Latin}\d_/#-]+)*/gu;
const englishNumber =
  /\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|million|half|twice|double|first|second|third|last)\b/gu;
const thaiNumber = /หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน|หมื่น|แสน|ล้าน|ครึ่ง|แรก|สุดท้าย/gu;

function codesOf(question: string): ReadonlySet<string> {
  const found = [code, englishNumber, thaiNumber].flatMap((pattern) => question.match(pattern) ?? []);
  return new Set(found.map((word) => word.replaceAll(/^[._/#-]+|[._/#-]+$/gu, "")));
}

const denial = /\b(?:not|no|never|without|cannot|unable|nobody|none)\b|n't\b|ไม่(?!เกิน)(?!ว่า)|ห้าม|ยกเว้น/u;

/** Small words that turn a meaning round, which a search leaves out. */
const turn =
  /\b(?:out|off|down|before|after|under|over|above|below|more|less|only|until|against|during|between|all|every|each|other|same|another|except|outside|inside)\b|ก่อน|หลัง|ออก|เข้า|มากกว่า|น้อยกว่า|เฉพาะ|ทุก|ระหว่าง|นอก/gu;
/** "When it trips" and "after it trips" say the same of what follows; "when" at the beginning asks. */
const occasion = /(?<=\S )(?:when|if)\b/u;
function turnsOf(question: string, other: string): ReadonlySet<string> {
  const found = new Set(question.match(turn) ?? []);
  if (occasion.test(other) && !/\bafter\b/u.test(other)) found.delete("after");
  return found;
}

const asksHow = /^(?:what|which) .*\b(?:steps?|procedure|process|way|instructions?)\b.* (?:to|for|of)\b/u;
const asksWhatToDo = /^what (?:do|must|should|shall) (?:i|we|you) (?:have to |need to )?do\b/u;
const kindOf = (question: string): QuestionType =>
  asksHow.test(question) || asksWhatToDo.test(question) ? "how_to" : questionType(question);

/** A bare subject asks what it is, or how it is done. */
const loose: ReadonlySet<QuestionType> = new Set(["other", "definition", "how_to"]);
const asksAlike = (one: QuestionType, other: QuestionType): boolean =>
  one === other || ((one === "other" || other === "other") && loose.has(one) && loose.has(other));

const measure =
  /\bhow (many|much|long|quickly|soon|fast|old|far|often|high|large|big|tall|deep|wide|heavy)\b/u;
const measures: Readonly<Record<string, string>> = { fast: "quickly", soon: "quickly", large: "big" };
function measureOf(question: string): string | null {
  const asked = measure.exec(question)?.[1] ?? null;
  return asked === null ? null : (measures[asked] ?? asked);
}

const must =
  /\b(?:must|should|shall|ha(?:ve|s) to|needs? to|required?|mandatory|obliged)\b|ต้อง(?!การ)|จำเป็น/u;
const may = /\b(?:may|can|could|allowed|permitted|possible)\b|สามารถ|อนุญาต|ได้(?:ไหม|มั้ย|หรือไม่|หรือเปล่า|รึเปล่า)/u;
/** Only of a question that is answered by yes or no: "how can I" and "how must I" ask the same. */
function modalityOf(question: string): string | null {
  if (questionType(question) !== "yes_no") return null;
  if (must.test(question)) return "must";
  return may.test(question) ? "may" : null;
}

/** Where something leads from: from here to there is not from there to here. */
const start = /\bfrom (?:the |a |an |my |our )?([\p{L}\p{N}_-]+)/u;
const startOf = (question: string): string | null => analyze(start.exec(question)?.[1] ?? "")[0] ?? null;

const contradicts = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one !== other;

/** What is named with a capital within one question is mentioned in the other. */
function namesWithin(one: string, other: string): boolean {
  const mentioned = new Set(analyze(other));
  return [...namesIn(one)].every((name) => askingTerms.has(name) || mentioned.has(name));
}

const equal = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((value) => other.has(value));
