import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { EscalationView, LinkView } from "../../../core/escalation/escalation-view.ts";
import type { Part } from "../../../core/escalation/escalation-words.ts";
import { sayLink } from "../../../core/escalation/say-news.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { actionRows } from "./action-rows.ts";
import { type AdaptiveCard, type CardElement, heading, makeCard, quiet, quoted } from "./card.ts";
import { escalationActions } from "./escalation-actions.ts";
import { dated, writeMoment } from "./moment.ts";
import { plainWords } from "./plain-words.ts";
import { partsLine } from "./write-parts.ts";

const longestQuestion = 300;

/** An escalation as it stands, in one card that is changed where it stands. */
export function renderEscalationCard(view: EscalationView, language: Language): AdaptiveCard {
  const { escalationId, state } = view;
  const words = escalationTexts[language];
  const actions = state === "resolved" ? [] : view.actions.filter((action) => action !== "answer");
  return makeCard({
    language,
    body: [
      ...title(view, language),
      quoted(shorten(plainWords(view.question), longestQuestion)),
      ...view.links.map((link) => linkLine(link, language)),
      quiet(view.triggers.map((trigger) => words.trigger[trigger]).join(" ")),
      asked(view, language),
      ...actionRows(escalationActions(escalationId, actions, language)),
    ],
  });
}

/** How it stands, since when, and whose it is. */
function title(
  { state, acknowledged, resolved, department }: EscalationView,
  language: Language,
): readonly CardElement[] {
  const { by, at } = (state === "resolved" ? resolved : state === "acknowledged" ? acknowledged : null) ?? {
    by: null,
    at: null,
  };
  const whose = (when: string): string => [...(department === null ? [] : [department]), when].join(" · ");
  return [
    heading(escalationTexts[language].state[state](by)),
    ...(at !== null ? [dated(whose, at)] : department === null ? [] : [quiet(department)]),
  ];
}

/** **Ticket** OPS-12 (Jira) · To Do · assigned to Ana. */
function linkLine(link: LinkView, language: Language): CardElement {
  const words = escalationTexts[language];
  const system = words.system[link.system];
  const name: readonly Part[] =
    link.name === null ? [system] : [{ text: link.name, url: link.url }, ` (${system})`];
  return partsLine([...name, " · ", ...sayLink(link, language)], {
    title: words.kind[link.kind],
    when: (moment) => writeMoment(moment, { day: "COMPACT", time: true }),
  });
}

/** How urgent it is, who asked and when. */
function asked({ severity, askedBy, raisedAt }: EscalationView, language: Language): CardElement {
  const words = escalationTexts[language];
  return dated(
    (when) =>
      [words.severity(severity), ...(askedBy === null ? [] : [words.askedBy(askedBy)]), when].join(" · "),
    raisedAt,
  );
}
