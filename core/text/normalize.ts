const beyondAscii = /[^\u0000-\u007f]/;
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const quotes = /[\u2018\u2019\u02bc\u2032]/g;
const hyphens = /[\u2010-\u2012\u2212]/g;
/** NFKC takes SARA AM apart, and people type its parts in either order; dictionaries know the composed letter only. */
const thaiSaraAm = /\u0e4d([\u0e48-\u0e4b]?)\u0e32/g;
const laoAm = /\u0ecd([\u0ec8-\u0ecb]?)\u0eb2/g;
const thaiDigits = /[\u0e50-\u0e59]/g;
const latinMark = /(\p{Script=Latin})\p{Mn}+/gu;
const indivisible = /[ßæœøłđðþı]/gi;
const replacements: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/**
 * One spelling for what reads the same: NFKC, Latin letters without diacritics, Thai digits as 0-9, invisible characters
 * removed. Keeps the case. Offsets are not preserved.
 */
export function normalizeText(text: string): string {
  if (!beyondAscii.test(text)) return text;
  const composed = text
    .normalize("NFKC")
    .replace(invisible, "")
    .replace(quotes, "'")
    .replace(hyphens, "-")
    .replace(thaiSaraAm, "$1\u0e33")
    .replace(laoAm, "$1\u0eb3")
    .replace(thaiDigits, (digit) => String(digit.charCodeAt(0) - 0x0e50));
  return composed
    .normalize("NFD")
    .replace(latinMark, "$1")
    .normalize("NFC")
    .replace(indivisible, (letter) => replacements[letter.toLowerCase()] ?? letter);
}
