import { describe, expect, it } from "@jest/globals";
import { newId } from "../ids.ts";
import type { TurnId } from "../ids.ts";
import { languages } from "../text/language.ts";
import type { Confidence } from "../answering/confidence.ts";
import { answerReply, notFoundReply, replyTexts } from "./reply-texts.ts";
import { hitOf } from "../../tests/support/sample-hits.ts";

const confidence: Confidence = { value: 0.2, level: "low", reasons: [] };
const turnId = newId<TurnId>();

describe("replies", () => {
  it("says what was searched, offers next steps, and last names the nearest documents, once each", () => {
    const hits = [
      hitOf("One", { title: "Travel guide", documentId: "a" }),
      hitOf("Two", { title: "Travel guide", documentId: "a" }),
      hitOf("Three", { title: "Purchases", documentId: "b" }),
    ];
    const reply = notFoundReply({
      turnId,
      language: "en",
      searched: { department: "Finance", collectionSize: 40 },
      hits,
      confidence,
      fileNotes: [replyTexts.en.unreadable("a.pdf")],
    });
    const [searched, ...rest] = reply.text.split("\n\n");
    expect(searched).toContain("documents of Finance");
    expect(rest).toEqual([replyTexts.en.nextSteps, "I could not read a.pdf.", replyTexts.en.nearest]);
    expect(reply.nearest.map(({ title }) => title)).toEqual(["Travel guide", "Purchases"]);
  });

  it("names no documents where none came near", () => {
    for (const language of languages) {
      const searched = { department: null, collectionSize: 9 };
      const reply = notFoundReply({ turnId, language, searched, hits: [], confidence });
      expect(reply.text.split("\n\n")).toEqual([
        replyTexts[language].notFound(searched),
        replyTexts[language].nextSteps,
      ]);
    }
  });

  it("says so where there is nothing to search", () => {
    const reply = notFoundReply({
      turnId,
      language: "th",
      searched: { department: null, collectionSize: 0 },
      hits: [],
      confidence,
    });
    expect(reply.text).toBe(replyTexts.th.nothingToSearch);
    expect(reply.nearest).toEqual([]);
  });

  it("marks incomplete answers and quotes that replace a model", () => {
    const draft = { text: "A. [1]", citations: [], answeredBy: "extractive", complete: false };
    const reply = answerReply({ turnId, language: "en", draft, confidence, quotedInstead: true });
    expect(reply.text).toBe(`A. [1]\n\n_${replyTexts.en.incomplete}_\n\n_${replyTexts.en.quotedInstead}_`);
    expect(
      answerReply({ turnId, language: "en", draft: { ...draft, complete: true }, confidence }).text,
    ).toBe("A. [1]");
  });

  it("has every sentence in both languages", () => {
    for (const language of languages) {
      const texts = replyTexts[language];
      for (const text of [
        texts.notFound({ department: "X", collectionSize: 1 }),
        texts.failed,
        texts.nearest,
        texts.tryAgain,
        texts.switchedOff,
        texts.askAdministrator,
      ]) {
        expect(/[\u0e00-\u0e7f]/u.test(text)).toBe(language === "th");
      }
    }
  });
});
