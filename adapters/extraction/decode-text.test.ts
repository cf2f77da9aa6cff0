import { describe, expect, it } from "@jest/globals";
import iconv from "iconv-lite";

import { isExpertError } from "../../core/errors.ts";
import { decodeText } from "./decode-text.ts";

const plain = { html: false, extension: "txt" };
const sentences = {
  french:
    "Le café est fermé à Noël, où êtes-vous allés ? L'été dernier, nous avons été à la plage près de Nîmes.",
  german: "Die Größe der Tür überprüfen, bevor das Gerät geöffnet wird. Schließen Sie danach die Klappe.",
  russian:
    "Проверьте выключатель перед началом работы. Если насос не запускается, сообщите дежурному инженеру.",
  greek: "Ελέγξτε τον διακόπτη πριν από την έναρξη της εργασίας και ενημερώστε τον μηχανικό βάρδιας.",
  hebrew: "בדוק את המתג לפני תחילת העבודה והודע למהנדס התורן אם המשאבה אינה פועלת.",
  thai: "กรุณาตรวจสอบสวิตช์ไฟก่อนเริ่มงานซ่อมบำรุงทุกครั้ง และแจ้งวิศวกรเวร",
  japanese:
    "作業を始める前に電源スイッチを確認してください。ポンプが動かない場合は当直の技術者に連絡します。",
  chinese: "开始工作之前请检查电源开关。如果水泵无法启动，请通知值班工程师。",
  korean:
    "작업을 시작하기 전에 전원 스위치를 확인하십시오. 펌프가 작동하지 않으면 당직 기술자에게 알리십시오.",
  polish:
    "Sprawdź wyłącznik przed rozpoczęciem pracy. Jeżeli pompa się nie włącza, zawiadom dyżurnego inżyniera.",
};

describe("decodeText", () => {
  it.each(["utf-16le", "utf-16be", "utf-32le", "utf8"])("reads %s with a byte order mark", (encoding) => {
    const bytes = iconv.encode(sentences.thai, encoding, { addBOM: true });
    expect(decodeText(bytes, plain)).toEqual({ text: sentences.thai, warnings: [] });
  });

  it("reads UTF-16 without a mark and UTF-8 without a mark", () => {
    expect(decodeText(iconv.encode("Open the valve.", "utf-16le"), plain).text).toBe("Open the valve.");
    expect(decodeText(Buffer.from(sentences.japanese), plain)).toEqual({
      text: sentences.japanese,
      warnings: [],
    });
  });

  it.each([
    ["windows-1252", sentences.french],
    ["windows-1252", sentences.german],
    ["windows-1250", sentences.polish],
    ["windows-1251", sentences.russian],
    ["koi8-r", sentences.russian],
    ["cp866", sentences.russian],
    ["windows-1253", sentences.greek],
    ["windows-1255", sentences.hebrew],
    ["windows-874", sentences.thai],
    ["shift_jis", sentences.japanese],
    ["euc-jp", sentences.japanese],
    ["gb18030", sentences.chinese],
    [
      "big5",
      iconv
        .decode(iconv.encode(sentences.chinese.replace(/[^\u4e00-\u5fff，。]/g, ""), "big5"), "big5")
        .replaceAll("?", ""),
    ],
    ["euc-kr", sentences.korean],
  ])("recognises %s and says so", (encoding, text) => {
    const { text: read, warnings } = decodeText(iconv.encode(text, encoding), plain);
    expect(read).toBe(text);
    expect(warnings).toHaveLength(1);
  });

  it("follows the declaration where it fits, and drops it with a warning where it does not", () => {
    const declared = `<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>${sentences.polish}`;
    expect(decodeText(iconv.encode(declared, "iso-8859-2"), { html: true, extension: "html" })).toEqual({
      text: declared,
      warnings: [],
    });
    const lying = `<meta charset="utf-8"><p>${sentences.russian}`;
    const read = decodeText(iconv.encode(lying, "windows-1251"), { html: true, extension: "html" });
    expect(read.text).toBe(lying);
    expect(read.warnings.join()).toMatch(/windows-1251.*declares utf-8/);
  });

  it("never passes unreadable bytes on as text", () => {
    const noise = Buffer.from(
      Array.from({ length: 3000 }, (_, index) => 128 + ((index * 7919 + (index >> 4) * 31) % 128)),
    );
    for (const bytes of [
      noise,
      Buffer.alloc(500, 1),
      Buffer.concat([Buffer.from("abc"), Buffer.alloc(400)]),
    ]) {
      let thrown: unknown = null;
      try {
        decodeText(bytes, plain);
      } catch (error) {
        thrown = error;
      }
      expect(isExpertError(thrown, "document_undecodable")).toBe(true);
    }
  });
});
