import { replyTexts } from "../../../core/conversation/reply-texts.ts";
import type { TurnState } from "../../../core/conversation/turn.ts";
import type { OutgoingMessage } from "../../../core/delivery/channel.ts";
import { plainStyle } from "../../../core/markdown/inline-runs.ts";
import { splitRuns } from "../../../core/markdown/split-runs.ts";
import type { Language } from "../../../core/text/language.ts";
import { button, makeCard, quiet, said } from "./card.ts";
import { teamsLimits } from "./limits.ts";
import { askHuman } from "./render-reply.ts";
import { splitMarkdown } from "./split-markdown.ts";
import { cardMessage, type TeamsMessage, type TextMessage, textMessage } from "./teams-message.ts";
import { texts } from "./texts.ts";
import { verbs } from "./verbs.ts";
import { writeRuns } from "./write-markdown.ts";

type Failure = Extract<OutgoingMessage, { kind: "failure" }>;

/** Why there is no answer, and what to do; a human is offered, but not where the asker stopped the question. */
export function renderFailure(failure: Failure, language: Language): TeamsMessage[] {
  const parts = [failure.message, ...(failure.remedy === null ? [] : [failure.remedy])];
  const said = renderPlain(parts.join("\n"));
  if (failure.code === "cancelled") return said;
  const card = makeCard({
    language,
    body: [quiet(texts[language].offerHuman)],
    actions: [askHuman(failure.turnId, language, false)],
  });
  return [...said, cardMessage(card)];
}

/** Text that is no Markdown, as messages. */
export const renderPlain = (text: string): TextMessage[] =>
  splitRuns([{ ...plainStyle, text }], teamsLimits.text, (runs) => writeRuns(runs)).map(textMessage);

type WorkingState = Exclude<TurnState, "answered" | "not_found" | "waiting" | "failed" | "cancelled">;
const isWorking = (state: TurnState): state is WorkingState => state in texts.en.state;

/** What is being done, in plain words: an informative update of a stream. */
export function workingText(language: Language, state: TurnState = "received"): string {
  const words = texts[language].state;
  return `${words[isWorking(state) ? state : "checked"]}…`;
}

/** That the model is busy, and about how many questions are before this one. */
export const waitingText = (language: Language, place: number): string =>
  `${texts[language].waiting(place)}…`;

/** What stands in a group's conversation until the answer replaces it. */
export const renderWorking = (language: Language, state?: TurnState): TextMessage =>
  textMessage(`_${workingText(language, state)}_`);

/** What was written of an answer before it broke off, and that it did. */
export const renderIncomplete = (markdown: string, language: Language): TextMessage[] =>
  splitMarkdown(`${markdown}\n\n_${replyTexts[language].incomplete}_`).map(textMessage);

/** To the asker in their own chat: there is more that only they may read. */
export const renderFullerOffer = (turnId: string, language: Language): TeamsMessage =>
  cardMessage(
    makeCard({
      language,
      body: [said(texts[language].fullerOffer)],
      actions: [button(verbs.showFuller, turnId, texts[language].showFuller, { primary: true })],
    }),
  );
