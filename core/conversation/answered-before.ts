import type { Draft, DraftInput } from "../answering/draft.ts";
import type { TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";

/**
 * The key of the answer, and what the model drafted under it before, if anything. Null where it has to be asked and nothing
 * may be kept: the answer rests on more than a prompt shows, a thread, files or a human's word; or it was called wrong.
 */
export async function answeredBefore(
  { model, repeated }: Pick<TurnStepPorts, "model" | "repeated">,
  { turn, scope, work, files }: TurnInHand,
  input: DraftInput,
): Promise<{ readonly key: string; readonly draft: Draft | null } | null> {
  if (!model || !repeated || work.known || work.wholeFile === true) return null;
  // What another process has found is not known to be of one version.
  const { version, hits } = input.result;
  if (turn.history.length > 0 || files?.files.length !== 0 || hits.length === 0 || version === undefined)
    return null;
  const { tenantId } = turn;
  return await repeated.find({ tenantId, departmentId: work.departmentId ?? null, scope, version }, input);
}
