import type { Answerer } from "../../core/answering/draft.ts";
import { type After, stepOf } from "./mortal-steps.ts";
import { pause } from "./sample-work.ts";

/** Written word by word, so that a chat platform shows it before it is done. */
const written = new Set(["streaming", "sealed", "announced", "final"]);
/** Long enough for several messages of Slack. */
const longAnswer = 60;
/** Progress that gave way to what else was sent comes before the last word. */
const wordMs = 300;

/** Whether an answer takes so long that its progress is shown. */
export const isWritten = (step: string | undefined): boolean => step !== undefined && written.has(step);

/** The model in the process that stands still: in the middle of an answer, or at once with a long one. */
export function mortalModel(
  model: Answerer | null,
  steps: Map<string, string>,
  after: After,
): Answerer | null {
  if (model === null) return null;
  return async (input, onText) => {
    const { question } = input;
    const step = stepOf(question);
    const [hit] = input.result.hits;
    if (!hit || !(isWritten(step) || step === "part")) return await model(input, onText);
    const { id: passageId, documentId, title, headingPath, page, text } = hit.passage;
    const line = text.split("\n").find((each) => each.startsWith("To start")) ?? text;
    if (step !== "part")
      for (const word of `${line} [1]`.match(/\S+\s*/g) ?? []) {
        onText(word);
        await pause(wordMs);
      }
    if (step === "streaming") {
      steps.set(question, step);
      await after("streaming", question, undefined);
    }
    return {
      text:
        step === "part"
          ? Array.from({ length: longAnswer }, () => `- ${line} [1]`).join("\n")
          : `${line} [1]`,
      citations: [{ number: 1, passageId, documentId, title, headingPath, page, quote: line }],
      answeredBy: "test-chat",
      complete: true,
    };
  };
}
