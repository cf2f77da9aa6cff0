import type { ActionsBlock, Button, ContextActionsBlock, KnownBlock } from "@slack/types";

import type { Citation } from "../../../core/answering/citation.ts";
import type { Reply } from "../../../core/conversation/reply.ts";
import type { Language } from "../../../core/text/language.ts";
import { actionIds, feedbackValue } from "./action-ids.ts";
import { confidenceBlock } from "./confidence.ts";
import type { CitationUrl } from "../../../core/markdown/inline-runs.ts";
import { button, messageOf, type SlackMessage } from "./message.ts";
import { citationAddress, nearestBlocks, sourceBlocks, type SourceUrl } from "./sources.ts";
import { context, splitBlocks } from "./split-blocks.ts";
import { texts } from "./texts.ts";
import { verifiedLine } from "./verified-line.ts";
import { writePlain } from "./write-mrkdwn.ts";

export interface ReplyContext {
  readonly sourceUrl: SourceUrl;
  /** Of the buttons; what is said about the answer is in the answer's language. */
  readonly language: Language;
  /** Whether clicks are heard here; without them there are no buttons. */
  readonly interactive: boolean;
  /** Whoever shows everyone what only they saw, by their name. */
  readonly share?: { readonly by: string };
  /** Who asked, to be told that this is for them; they hear of what is written in their thread. */
  readonly askedBy?: string | null;
}

/**
 * A reply as messages, each within Slack's limits. Sources, confidence and buttons stand on the last one. Nothing in
 * documents or names mentions anybody.
 */
export function renderReply(reply: Reply, replyContext: ReplyContext): SlackMessage[] {
  const ending = [...evidence(reply, replyContext.sourceUrl), ...replyButtons(reply, replyContext)];
  if (replyContext.share)
    ending.unshift(context(writePlain(texts[reply.language].sharedBy(replyContext.share.by))));
  const { askedBy = null } = replyContext;
  if (askedBy !== null) ending.unshift(context(writePlain(forAsker[reply.language](askedBy))));
  return messages(reply, replyContext.sourceUrl, ending);
}

const forAsker: Readonly<Record<Language, (name: string) => string>> = {
  en: (name) => `For ${name}`,
  th: (name) => `ถึง ${name}`,
};

/**
 * A reply that one person sees, as Slack says above it; it offers to show it to everyone where `mayShare`. It has no
 * rating, because Slack keeps no state of such a message, and offers no human, who could not open it; where nothing was
 * found it says where one can be asked.
 */
export function renderPrivateAnswer(
  reply: Reply,
  {
    sourceUrl,
    language,
    mayShare,
  }: Omit<ReplyContext, "interactive" | "share"> & { readonly mayShare: boolean },
): SlackMessage[] {
  const words = texts[language];
  const ending: KnownBlock[] = [...evidence(reply, sourceUrl)];
  if (reply.kind === "not_found") ending.push(noHumanHere(reply.language));
  if (mayShare) ending.push(actions([button(actionIds.showEveryone, reply.turnId, words.showEveryone)]));
  return messages(reply, sourceUrl, ending);
}

function messages(reply: Reply, sourceUrl: SourceUrl, ending: readonly KnownBlock[]): SlackMessage[] {
  const citationUrl: CitationUrl = (number) => {
    const citation = citationsOf(reply).find((known) => known.number === number);
    return citation === undefined ? null : citationAddress(citation, sourceUrl);
  };
  return splitBlocks(markdownOf(reply), citationUrl, ending).map(messageOf);
}

function citationsOf(reply: Reply): readonly Citation[] {
  if (reply.kind === "answer") return reply.citations;
  return reply.kind === "pending" ? (reply.draft?.citations ?? []) : [];
}

/** What waits to be checked stands below, and apart from, what is said about it. */
function markdownOf(reply: Reply): string {
  if (reply.kind !== "pending" || !reply.draft) return reply.text;
  return `${reply.text}\n\n---\n\n**${uncheckedDraft[reply.language]}**\n\n${reply.draft.text}`;
}

const uncheckedDraft: Readonly<Record<Language, string>> = {
  en: "Draft, not checked by an expert yet",
  th: "ร่างคำตอบ ผู้เชี่ยวชาญยังไม่ได้ตรวจ",
};

/** What the reply rests on and how sure it is, or what came nearest. */
function evidence(reply: Reply, sourceUrl: SourceUrl): readonly KnownBlock[] {
  switch (reply.kind) {
    case "answer":
      // Of what a human stands for, no machine says how sure it is.
      if (reply.verified)
        return [verifiedLine(reply.verified, reply.language), ...sourceBlocks(reply, sourceUrl)];
      return [
        ...sourceBlocks(reply, sourceUrl),
        confidenceBlock(reply.confidence, reply.answeredBy, reply.language),
      ];
    case "not_found":
      return nearestBlocks(reply.nearest, sourceUrl);
    case "pending":
      if (!reply.draft) return [];
      return [
        ...sourceBlocks({ ...reply.draft, language: reply.language }, sourceUrl),
        confidenceBlock(reply.confidence, reply.draft.answeredBy, reply.language),
      ];
  }
}

function replyButtons(reply: Reply, { interactive, language }: ReplyContext): readonly KnownBlock[] {
  // Whoever waits for an expert has asked for a human.
  if (!interactive || reply.kind === "pending") return [];
  return reply.kind === "answer"
    ? [feedback(reply.turnId, language), actions([askHuman(reply.turnId, language)])]
    : [actions([askHuman(reply.turnId, language, { style: "primary" })])];
}

const feedback = (turnId: string, language: Language): ContextActionsBlock => ({
  type: "context_actions",
  elements: [
    {
      type: "feedback_buttons",
      action_id: actionIds.feedback,
      positive_button: {
        text: { type: "plain_text", text: "👍" },
        accessibility_label: texts[language].helpful,
        value: feedbackValue("up", turnId),
      },
      negative_button: {
        text: { type: "plain_text", text: "👎" },
        accessibility_label: texts[language].notHelpful,
        value: feedbackValue("down", turnId),
      },
    },
  ],
});

/** The button that asks for a human, which every reply and failure offers. */
export const askHuman = (turnId: string, language: Language, more: Partial<Button> = {}): Button =>
  button(actionIds.askHuman, turnId, texts[language].askHuman, {
    accessibility_label: texts[language].askHumanLabel,
    ...more,
  });

/** Instead of that button, to somebody who alone sees that there is no answer. */
export const noHumanHere = (language: Language): KnownBlock =>
  context(writePlain(texts[language].askHumanElsewhere));

export const actions = (elements: Button[]): ActionsBlock => ({ type: "actions", elements });
