import { z } from "zod";
import { checkView } from "./check-view.ts";
import { carryOut, type PersonContext } from "./person-context.ts";
import type { Json, ViewState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import type { Delivery, Submission } from "./slack-platform.ts";
import { pushView } from "./view-methods.ts";
import { replaceView } from "./view-records.ts";

/** docs.slack.dev/surfaces/modals: what may answer a view_submission; closed. */
const answers = z.discriminatedUnion("response_action", [
  z.strictObject({ response_action: z.literal("clear") }),
  z.strictObject({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string().min(1)) }),
  z.strictObject({ response_action: z.literal("update"), view: z.record(z.string(), z.unknown()) }),
  z.strictObject({ response_action: z.literal("push"), view: z.record(z.string(), z.unknown()) }),
]);

/** Carries out what the bot answered on the person's modals. An answer that Slack would refuse leaves them as they are. */
export function answerSubmission(
  { state, person, workspace }: PersonContext,
  stored: ViewState,
  delivery: Delivery,
): Submission {
  const nothing: Submission = { delivery, responseAction: undefined, errors: {} };
  if (delivery.status !== 200) return nothing;
  const said = delivery.answer as Json | undefined;
  if (said === undefined || Object.keys(said).length === 0) {
    person.modals.splice(person.modals.indexOf(stored), 1);
    return nothing;
  }
  let submission = nothing;
  carryOut(state, "answer to view_submission", () => {
    const parsed = answers.safeParse(said);
    if (!parsed.success) throw new SlackRefusal("invalid_response_action", JSON.stringify(said));
    const answer = parsed.data;
    const blocks = stored.view["blocks"] as Json[];
    if (answer.response_action === "clear") person.modals.splice(0, person.modals.length);
    if (answer.response_action === "errors")
      for (const id of Object.keys(answer.errors))
        if (!blocks.some((block) => block["block_id"] === id && block["type"] === "input"))
          throw new SlackRefusal("invalid_response_action", `No input block is called ${id}.`);
    if (answer.response_action === "update" || answer.response_action === "push") {
      checkView(answer.view, "modal");
      if (answer.response_action === "update") replaceView(state, stored, answer.view);
      else pushView(state, person, workspace.id, answer.view);
    }
    submission = {
      delivery,
      responseAction: answer.response_action,
      errors: answer.response_action === "errors" ? answer.errors : {},
    };
  });
  return submission;
}
