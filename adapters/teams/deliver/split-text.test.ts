import { describe, expect, it } from "@jest/globals";
import type { TeamsMessage } from "../render/teams-message.ts";
import { sampleAnswer, sampleCitation } from "../../../tests/support/sample-replies.ts";
import { messageEntity } from "../render/message-entity.ts";
import { textMessage } from "../render/teams-message.ts";
import { splitText } from "./split-text.ts";

const paragraph = (word: string, size = 600): string => `${word} `.repeat(size / (word.length + 1)).trim();
const halves = (text: string): readonly string[] | null =>
  splitText(textMessage(text))?.map((half) => half.text) ?? null;

describe("a text that Teams finds too long", () => {
  it("is cut between paragraphs near its middle, and loses nothing", () => {
    const [one, two, three] = [paragraph("one", 1_200), paragraph("two"), paragraph("three", 800)];
    expect(halves(`${one}\n\n${two}\n\n${three}`)).toEqual([one, `${two}\n\n${three}`]);
    const line = paragraph("word", 3_000);
    expect(halves(line)?.join(" ")).toBe(line);
  });

  it("keeps code as code on both sides", () => {
    const code = Array.from({ length: 80 }, (_, number) => `line number ${String(number)} of it`);
    const [first, second] = halves(`\`\`\`sh\n${code.join("\n")}\n\`\`\``) ?? [];
    expect(first).toMatch(/^```sh\nline number 0 [^]*\n```$/);
    expect(second).toMatch(/^```sh\nline number [^]*\n```$/);
    const lines = [first, second].flatMap((half) => half?.split("\n").slice(1, -1) ?? []);
    expect(lines).toEqual(code);
  });

  it("has on each half the citations that it names, and the rating on the last", () => {
    const citations = [1, 2].map((number) => sampleCitation(number));
    const text = `${paragraph("one")} [1]\n\n${paragraph("two")} [2]`;
    const message: TeamsMessage = {
      ...textMessage(text),
      entities: [messageEntity({ ...sampleAnswer(text), citations }, text, () => null)],
      channelData: { feedbackLoop: { type: "custom" } },
    };
    const [first, second] = splitText(message) ?? [];
    expect(first?.entities?.[0]?.citation?.map(({ position }) => position)).toEqual([1]);
    expect(second?.entities?.[0]?.citation?.map(({ position }) => position)).toEqual([2]);
    expect(first).not.toHaveProperty("channelData");
    expect(second).toHaveProperty("channelData", message.channelData);
  });

  it("is left where it is short", () => {
    expect(halves(paragraph("word", 900))).toBeNull();
  });
});
