import { extractive } from "../answering/draft.ts";
import type { ConcludedTurn } from "./conclude-turn.ts";
import type { TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";

/** Keeps what the model drafted for whoever asks the same, where it is whole, wholly supported and sent without a human. */
export function keepAnswer(
  { repeated }: Pick<TurnStepPorts, "repeated">,
  { turn, work }: TurnInHand,
  { reply, approval }: ConcludedTurn,
): void {
  const { answerKey, draft, support, quotedInstead } = work;
  if (answerKey === undefined || draft === undefined || work.repeated === true) return;
  const sent = reply.kind === "answer" && approval === undefined;
  const whole = draft.complete && draft.text !== "" && support === "whole";
  const byModel = draft.answeredBy !== extractive && quotedInstead !== true;
  if (sent && whole && byModel) repeated?.keep(turn.tenantId, answerKey, draft);
}
