import type { TurnView } from "../../../bots/http/contract/conversation.ts";

export type TurnState = TurnView["state"];

const ends: readonly TurnState[] = ["answered", "not_found", "waiting", "failed", "cancelled"];

/** The turn has come to one of its ends: nothing streams any more. Where it waits for an expert, its row tells of the rest. */
export const isFinished = (state: TurnState): boolean => ends.includes(state);
