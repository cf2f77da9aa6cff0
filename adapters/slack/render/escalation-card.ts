import type { KnownBlock } from "@slack/types";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { EscalationView, LinkView } from "../../../core/escalation/escalation-view.ts";
import type { Part } from "../../../core/escalation/escalation-words.ts";
import { sayLink } from "../../../core/escalation/say-news.ts";
import type { Language } from "../../../core/text/language.ts";
import { escalationButtons } from "./escalation-actions.ts";
import { slackLimits } from "./limits.ts";
import { messageOf, type SlackMessage } from "./message.ts";
import type { NoteContext } from "./note-context.ts";
import { quoted } from "./quoted.ts";
import { slackDate } from "./slack-date.ts";
import { context, section } from "./split-blocks.ts";
import { writeParts } from "./write-parts.ts";
import { writePlain } from "./write-mrkdwn.ts";

const longestQuestion = 300;

/** An escalation as it stands, in one message that is changed where it stands. */
export function renderEscalationCard(
  view: EscalationView,
  { language, interactive }: Pick<NoteContext, "language" | "interactive">,
): SlackMessage {
  const links = linkLines(view.links, language);
  const actions = view.state === "resolved" ? [] : view.actions.filter((action) => action !== "answer");
  const buttons = interactive ? escalationButtons(view.escalationId, actions, language) : null;
  const blocks: readonly KnownBlock[] = [
    section(`${title(view, language)}\n${quoted(view.question, longestQuestion)}`),
    ...(links === "" ? [] : [section(links)]),
    context(why(view, language)),
    ...(buttons === null ? [] : [buttons]),
  ];
  return messageOf(blocks);
}

/** `*Escalated: Ana has it in hand* · today 10:12 · Plant Operations`. */
function title(view: EscalationView, language: Language): string {
  const { state, acknowledged, resolved, department } = view;
  const { by, at } = (state === "resolved" ? resolved : state === "acknowledged" ? acknowledged : null) ?? {
    by: null,
    at: null,
  };
  return [
    `*${writePlain(escalationTexts[language].state[state](by))}*`,
    ...(at === null ? [] : [slackDate(at, language)]),
    ...(department === null ? [] : [writePlain(department)]),
  ].join(" · ");
}

/** A vendor's word for what went wrong may be written as so many characters that there is no room for it. */
function linkLines(links: readonly LinkView[], language: Language): string {
  const lines = (shown: readonly LinkView[]) => shown.map((link) => linkLine(link, language)).join("\n");
  const all = lines(links);
  return all.length <= slackLimits.sectionText ? all : lines(links.map((link) => ({ ...link, error: null })));
}

/** `*Ticket* OPS-12 (Jira) · To Do · assigned to Ana`. */
function linkLine(link: LinkView, language: Language): string {
  const words = escalationTexts[language];
  const system = words.system[link.system];
  const name: readonly Part[] =
    link.name === null ? [system] : [{ text: link.name, url: link.url }, ` (${system})`];
  const said = writeParts([...name, " · ", ...sayLink(link, language)], language);
  return `*${words.kind[link.kind]}* ${said}`;
}

/** What raised it, how urgent it is, who asked and when. */
function why({ triggers, severity, askedBy, raisedAt, state }: EscalationView, language: Language): string {
  const words = escalationTexts[language];
  const when = slackDate(
    raisedAt,
    language,
    state === "resolved" ? undefined : "{date_short_pretty} {time} ({ago})",
  );
  return [
    writePlain(triggers.map((trigger) => words.trigger[trigger]).join(" ")),
    [
      writePlain(words.severity(severity)),
      ...(askedBy === null ? [] : [writePlain(words.askedBy(askedBy))]),
      when,
    ].join(" · "),
  ].join("\n");
}
