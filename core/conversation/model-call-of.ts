import type { ModelCall } from "../inference/model-call.ts";
import type { TurnInHand } from "./turn-in-hand.ts";

/** In whose name a turn calls a model. */
export const modelCallOf = ({ turn, work }: Pick<TurnInHand, "turn" | "work">): ModelCall => ({
  tenantId: turn.tenantId,
  userId: turn.userId,
  departmentId: work.departmentId ?? turn.departmentId,
  urgency: "interactive",
});
