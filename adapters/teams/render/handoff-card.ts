import { linkAddress } from "../../../core/markdown/link-address.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import {
  type AdaptiveCard,
  button,
  type CardAction,
  type CardElement,
  heading,
  makeCard,
  quoted,
  said,
} from "./card.ts";
import { plainWords } from "./plain-words.ts";
import { texts } from "./texts.ts";
import { verbs } from "./verbs.ts";

/** A request for a human as an expert sees it. */
export interface HandoffView {
  readonly handoffId: string;
  readonly askedBy: string;
  readonly department: string | null;
  /** Markdown. */
  readonly question: string;
  /** Where its thread is opened; null where that is not known. */
  readonly threadUrl: string | null;
  /** False where its asker alone sees the thread, and nobody else can answer there. */
  readonly shared: boolean;
  readonly state:
    | { readonly kind: "open" }
    | { readonly kind: "taken"; readonly by: string; readonly byViewer: boolean }
    | { readonly kind: "closed" };
}

const longestQuestion = 500;

/**
 * The card to an expert. Whoever opens it again sees its present state: it asks for that by `refreshHandoff`.
 * @param viewers ids in Teams of those who see it.
 */
export function renderHandoffCard(
  handoff: HandoffView,
  language: Language,
  viewers: readonly string[],
): AdaptiveCard {
  const words = texts[language];
  const { handoffId, threadUrl } = handoff;
  const url = threadUrl === null ? null : linkAddress(threadUrl);
  return makeCard({
    language,
    body: [
      heading(words.handoffOffered(handoff.askedBy, handoff.department)),
      quoted(shorten(plainWords(handoff.question), longestQuestion)),
      ...stateLine(handoff, language),
    ],
    actions: [
      ...stateAction(handoff, language),
      ...(url === null ? [] : [{ type: "Action.OpenUrl", title: words.openThread, url } as const]),
    ],
    ...(handoff.state.kind === "closed"
      ? {}
      : { refresh: { verb: verbs.refreshHandoff, id: handoffId, for: viewers } }),
  });
}

function stateLine({ state, shared, askedBy }: HandoffView, language: Language): readonly CardElement[] {
  const words = texts[language];
  switch (state.kind) {
    case "open":
      return [];
    case "taken":
      if (!state.byViewer) return [said(words.takenByOther(state.by))];
      return [said(shared ? words.takenByYou : words.takenByYouDirectly(askedBy))];
    case "closed":
      return [said(words.handoffClosed)];
  }
}

function stateAction({ state, shared, handoffId }: HandoffView, language: Language): readonly CardAction[] {
  const words = texts[language];
  if (state.kind === "open") return [button(verbs.takeOver, handoffId, words.takeOver, { primary: true })];
  if (state.kind === "closed" || !state.byViewer) return [];
  return [button(verbs.giveBack, handoffId, shared ? words.giveBack : words.done)];
}
