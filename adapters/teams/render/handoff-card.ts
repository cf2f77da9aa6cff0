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

function stateLine({ state }: HandoffView, language: Language): readonly CardElement[] {
  const words = texts[language];
  switch (state.kind) {
    case "open":
      return [];
    case "taken":
      return [said(state.byViewer ? words.takenByYou : words.takenByOther(state.by))];
    case "closed":
      return [said(words.handoffClosed)];
  }
}

function stateAction({ state, handoffId }: HandoffView, language: Language): readonly CardAction[] {
  const words = texts[language];
  if (state.kind === "open") return [button(verbs.takeOver, handoffId, words.takeOver, { primary: true })];
  return state.kind === "taken" && state.byViewer ? [button(verbs.giveBack, handoffId, words.giveBack)] : [];
}
