import { noteId, writeNotes } from "../delivery/write-notes.ts";
import type { Note } from "../delivery/channel.ts";
import type { TenantId } from "../ids.ts";
import type { Approval } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";

type Progress = Extract<Note, { kind: "approval_progress" }>["step"];

/** Tells the asker's thread how their question stands. A review has no asker who waits. */
export async function tellThread(
  ports: Pick<ApprovalPorts, "database" | "queue">,
  tenant: TenantId,
  approval: Approval,
  step: Progress,
  people: readonly { readonly name: string }[] = [],
): Promise<void> {
  if (approval.reviewOf !== null) return;
  const names = approval.named ? people.map(({ name }) => name) : null;
  await noteInThread(ports, tenant, approval, `${step} ${String(approval.level)}`, {
    kind: "approval_progress",
    step,
    names,
  });
}

/** Writes a note where the question was asked. */
export async function noteInThread(
  ports: Pick<ApprovalPorts, "database" | "queue">,
  tenant: TenantId,
  { id: about, channel, threadKey, address, turnId, language }: Approval,
  which: string,
  note: Note,
  replacesWhich?: string,
): Promise<void> {
  const replaces = replacesWhich === undefined ? {} : { replaces: noteId({ about, which: replacesWhich }) };
  await writeNotes(ports, tenant, [
    { about, which, channel, threadKey, address, turnId, language, note, ...replaces },
  ]);
}
