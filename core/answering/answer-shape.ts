import type { QuestionType } from "./question-type.ts";

/**
 * How far a text holds what the question asks for, from 0 to 1: for a count or an amount 1 with the unit asked for and
 * less with any number, else whether it holds a word of the right kind.
 */
export function answerShape(question: string, type: QuestionType): (text: string) => number {
  const measure = type === "how_many" ? measureAsked(question) : null;
  if (measure === null) return (text) => (satisfiesType(type, text) ? 1 : 0);
  return (text) => (measure.test(text) ? 1 : satisfiesType(type, text) ? anyNumber : 0);
}

/** What a number without the unit asked for counts. */
const anyNumber = 0.6;

const numberWords =
  "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million billion half twice once double none both dozen";
const months = "january february march april may june july august september october november december";
const numberWord = new RegExp(
  `\\d|\\b(?:${numberWords.replaceAll(" ", "|")})\\b|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน|ล้าน|ครึ่ง|[๐-๙]`,
  "iu",
);
const timeWord = new RegExp(
  `\\b1\\d{3}\\b|\\b20\\d\\d\\b|\\d(?::\\d\\d|st\\b|nd\\b|rd\\b|th\\b)|\\b(?:${months.replaceAll(" ", "|")}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|days?|weeks?|months?|years?|hours?|minutes?|century|daily|weekly|monthly|annually|quarterly|before|after|until|within|whenever|immediately|once)\\b|ปี|วันที่|เดือน|ศตวรรษ|ชั่วโมง|นาที|ก่อน|หลัง`,
  "iu",
);
const roleWord =
  /\b(?:team|manager|supervisor|lead|director|officer|owner|administrator|admin|engineer|commander|specialist|committee|group|staff|employees?|helpdesk|department|people)\b|@|ทีม|ผู้|หัวหน้า|คณะ|นาย|นาง|เจ้าหน้าที่/iu;
const placeWord =
  /\b(?:in|at|from|to|near|on|under|via|through)\s+(?:the\s+)?[\p{Lu}#/`[]|https?:|[#/~][\w-]+|ใน|ที่|จังหวัด|ประเทศ|เมือง|แห่ง/u;
const reasonWord =
  /\b(?:because|due to|owing to|in order to|so that|since|reason|cause[sd]?|therefore|as a result|avoid|ensure|prevent|allows?|helps?)\b|เพราะ|เนื่องจาก|เพื่อ|ทำให้|สาเหตุ/iu;
const definitionWord =
  /\b(?:is|are|was|were|means?|refers? to|defined|called|known as|stands for|consists?)\b|คือ|หมายถึง|เป็น|เรียกว่า/iu;
const stepWord =
  /^\s*(?:[-*+•]|#\.|\d{1,3}[.)])\s|`|\b(?:click|select|open|go to|navigate|run|use|enter|choose|submit|send|email|contact|create|install|restart|reset|request|fill|complete|follow|make sure|ensure|check|verify|press|log ?in|sign ?in|must|should|need to|first|then)\b|ให้|คลิก|เลือก|เปิด|กด|ติดต่อ|ต้อง|โดย/iu;
const name = /(?<!^|[.!?:]\s)\b\p{Lu}[\p{L}\p{N}'-]+/u;

/** Does the text hold a word of the kind that the question asks for (a number, a date, a name, a step …)? */
function satisfiesType(type: QuestionType, text: string): boolean {
  switch (type) {
    case "how_many":
      return numberWord.test(text);
    case "when":
      return timeWord.test(text);
    case "who":
      return name.test(text) || roleWord.test(text);
    case "where":
      return placeWord.test(text);
    case "why":
      return reasonWord.test(text);
    case "definition":
      return definitionWord.test(text);
    case "how_to":
      return stepWord.test(text);
    case "yes_no":
    case "other":
      return true;
  }
}

const number = `(?:\\d[\\d,.]*|\\b(?:${numberWords.replaceAll(" ", "|")})\\b)`;
const timeUnit =
  "(?:seconds?|minutes?|hours?|(?:(?:working|business|calendar) )?days?|weeks?|fortnights?|months?|quarters?|years?)\\b";
const howLong = new RegExp(`${number}[\\s-]+(?:\\w+ )?${timeUnit}|(?:วินาที|นาที|ชั่วโมง|วัน|สัปดาห์|เดือน|ปี)`, "iu");
const howOften = new RegExp(
  `\\b(?:every|each|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|hourly|nightly|once|twice|times|per)\\b|ทุก|ละ\\s*\\d|ครั้ง`,
  "iu",
);
const howMuch =
  /\d[\d,.]*\s*(?:%|percent\b|baht\b|dollars?\b|บาท|เท่า)|[$€£฿]\s?\d|\b(?:THB|USD|EUR|GBP)\s?\d/iu;

/** The number together with the unit that the question names; null where any number will do. */
function measureAsked(question: string): RegExp | null {
  const plain = question.toLowerCase();
  const noun = /\bhow many (?:of (?:the |my )?)?(\p{L}{3,})/u.exec(plain)?.[1];
  if (noun !== undefined) {
    const stem = noun.replace(/(?:ies|es|s)$/, "");
    return new RegExp(`${number}[\\s-]+(?:[\\p{L}-]+ ){0,3}${stem}`, "iu");
  }
  if (/\bhow (?:long|soon|quickly|far back|fast must)\b|นานแค่ไหน|นานเท่า/.test(plain)) return howLong;
  if (/\bhow (?:often|frequently)\b|บ่อยแค่ไหน/.test(plain)) return howOften;
  if (/\bhow much\b|\bprice\b|\bcost\b/.test(plain)) return howMuch;
  const thai = /กี่\s*(โมง|วัน|ชั่วโมง|นาที|เดือน|ปี|คน|ครั้ง|บาท|เท่า|เปอร์เซ็นต์|เมตร|ลิตร|ชิ้น|ตัว)/u.exec(plain)?.[1];
  if (thai === "โมง") return /\d{1,2}[:.]\d{2}/;
  if (thai === "เปอร์เซ็นต์") return /\d\s*(?:%|เปอร์เซ็นต์)/u;
  return thai === undefined ? null : new RegExp(`\\d[\\d,.]*\\s*${thai}`, "u");
}
