import { describe, expect, it } from "@jest/globals";
import type { Confidence } from "../../core/answering/confidence.ts";
import type { Citation } from "../../core/answering/citation.ts";
import type { Reply } from "../../core/conversation/reply.ts";
import { type DocumentId, newId, type PassageId, type TurnId } from "../../core/ids.ts";
import { renderEvidence } from "./render-reply.ts";

const confidence: Confidence = { value: 0.8249, level: "high", reasons: [] };
const source = (number: number, title: string, headingPath: string[], page: number | null): Citation => ({
  number,
  title,
  headingPath,
  page,
  quote: "",
  passageId: newId<PassageId>(),
  documentId: newId<DocumentId>(),
});
const answer = (citations: readonly Citation[], language: "en" | "th" = "en"): Reply => ({
  kind: "answer",
  turnId: newId<TurnId>(),
  language,
  text: "",
  citations,
  confidence,
  answeredBy: "extractive",
});

describe("renderEvidence", () => {
  it("numbers the sources with their headings and pages", () => {
    const text = renderEvidence(
      answer([source(1, "Leave", ["Leave", "Sick leave"], 3), source(2, "Pay", [], null)]),
    );
    expect(text).toBe("\nSources\n  [1] Leave › Sick leave, page 3\n  [2] Pay\n\nConfidence: high (0.82)");
  });

  it("speaks the language of the question", () => {
    expect(renderEvidence(answer([source(1, "การลา", [], 2)], "th"))).toBe(
      "\nแหล่งที่มา\n  [1] การลา, หน้า 2\n\nความมั่นใจ: สูง (0.82)",
    );
  });

  it("lists what came nearest where nothing was found", () => {
    const nearest = [
      {
        title: "Parking",
        headingPath: ["Guests"],
        passageId: newId<PassageId>(),
        documentId: newId<DocumentId>(),
      },
    ];
    const reply: Reply = {
      kind: "not_found",
      turnId: newId<TurnId>(),
      language: "en",
      text: "",
      nearest,
      confidence: { value: 0.04, level: "low", reasons: [] },
    };
    expect(renderEvidence(reply)).toBe("\nNearest documents\n  - Parking › Guests\n\nConfidence: low (0.04)");
  });

  it("lets no document give orders to the terminal", () => {
    expect(renderEvidence(answer([source(1, "\u001b]0;x\u0007\u009b31mTitle", [], null)]))).toContain(
      "[1] ]0;x31mTitle",
    );
  });
});
