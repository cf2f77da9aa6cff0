import { type AskerPorts, tellAskerElsewhere } from "../delivery/tell-asker-elsewhere.ts";
import { noteId, writeNotes } from "../delivery/write-notes.ts";
import type { Note } from "../delivery/channel.ts";
import type { TenantId } from "../ids.ts";
import type { Approval } from "./approval.ts";

type Progress = Extract<Note, { kind: "approval_progress" }>["step"];

/** Tells the asker's thread how their question stands. A review has no asker who waits. */
export async function tellThread(
  ports: AskerPorts,
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

/** Writes a note where the question was asked; of what was asked on the web also by mail, to whoever has left its page. */
export async function noteInThread(
  ports: AskerPorts,
  tenant: TenantId,
  {
    id: about,
    channel,
    threadKey,
    address,
    turnId,
    language,
  }: Pick<Approval, "id" | "channel" | "threadKey" | "address" | "turnId" | "language">,
  which: string,
  note: Note,
  replacesWhich?: string,
): Promise<void> {
  const replaces = replacesWhich === undefined ? {} : { replaces: noteId({ about, which: replacesWhich }) };
  await writeNotes(ports, tenant, [
    { about, which, channel, threadKey, address, turnId, language, note, ...replaces },
  ]);
  if (channel !== "web") return;
  const message = { kind: "note", turnId, language, note, ...replaces } as const;
  await tellAskerElsewhere(ports, tenant, { id: noteId({ about, which }), channel, threadKey, message });
}
