import type { TurnView } from "../../../bots/http/contract/conversation.ts";

export type TurnState = TurnView["state"];

const ends: readonly TurnState[] = ["answered", "not_found", "failed", "cancelled"];

/** The turn has come to one of its ends: nothing will change on its own. */
export const isFinished = (state: TurnState): boolean => ends.includes(state);
