import type { Handoff } from "../../../core/handoff/handoff.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Language } from "../../../core/text/language.ts";
import type { HandoffView } from "../render/handoff-card.ts";
import { parseThreadKey } from "../thread-key.ts";
import { threadUrl } from "../thread-url.ts";

/** A request for a human, as this person sees it now. */
export function handoffView(
  handoff: Handoff,
  { member, departments }: Identity,
  language: Language,
): HandoffView {
  const { id, requestedByName, departmentId, question, state, takenBy, takenByName, channel, shared } =
    handoff;
  return {
    handoffId: id,
    askedBy: requestedByName,
    department: departments.find((department) => department.id === departmentId)?.name[language] ?? null,
    question,
    shared,
    threadUrl:
      channel === "teams"
        ? threadUrl(parseThreadKey(handoff.threadKey), handoff.address["messageId"] ?? null)
        : null,
    state:
      state === "taken"
        ? { kind: state, by: takenByName ?? "", byViewer: takenBy === member.id }
        : { kind: state },
  };
}
