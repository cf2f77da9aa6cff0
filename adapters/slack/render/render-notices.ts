import { replyTexts } from "../../../core/conversation/reply-texts.ts";
import type { TurnState } from "../../../core/conversation/turn.ts";
import type { OutgoingMessage } from "../../../core/delivery/channel.ts";
import type { Language } from "../../../core/text/language.ts";
import { actionIds } from "./action-ids.ts";
import { plainStyle } from "../../../core/markdown/inline-runs.ts";
import { button, messageOf, type SlackMessage } from "./message.ts";
import { actions, askHuman, noHumanHere } from "./render-reply.ts";
import { context, section, splitBlocks } from "./split-blocks.ts";
import { splitRuns } from "./split-text.ts";
import { texts } from "./texts.ts";
import { slackLimits } from "./limits.ts";
import { writePlain } from "./write-mrkdwn.ts";

type Failure = Extract<OutgoingMessage, { kind: "failure" }>;

/**
 * Why there is no answer, and what to do.
 * @param mayAskHuman whether a human is offered; otherwise it is said where one can be asked. Neither where the asker
 *   stopped the question.
 */
export function renderFailure(failure: Failure, language: Language, mayAskHuman: boolean): SlackMessage {
  const parts = [failure.message, ...(failure.remedy === null ? [] : [failure.remedy])];
  const said = splitRuns([{ ...plainStyle, text: parts.join("\n") }], slackLimits.sectionText);
  const further = mayAskHuman ? actions([askHuman(failure.turnId, language)]) : noHumanHere(language);
  return messageOf([...said.slice(0, 1).map(section), ...(failure.code === "cancelled" ? [] : [further])]);
}

type WorkingState = Exclude<TurnState, "answered" | "not_found" | "waiting" | "failed" | "cancelled">;
const isWorking = (state: TurnState): state is WorkingState => state in texts.en.state;

/** What stands in the thread until the answer replaces it: what is being done. */
export function renderWorking(language: Language, state: TurnState = "received"): SlackMessage {
  const words = texts[language].state;
  return messageOf([context(`_${words[isWorking(state) ? state : "checked"]}…_`)]);
}

/** What was written of an answer before it broke off, and that it did. The marks `[n]` stay plain. */
export function renderIncomplete(markdown: string, language: Language): SlackMessage[] {
  const note = context(`_${replyTexts[language].incomplete}_`);
  return splitBlocks(markdown, () => null, [note]).map(messageOf);
}

/** To the asker alone: there is more that only they may read. */
export function renderFullerOffer(turnId: string, language: Language): SlackMessage {
  const words = texts[language];
  return messageOf([
    section(writePlain(words.fullerOffer)),
    actions([button(actionIds.showFuller, turnId, words.showFuller)]),
  ]);
}
