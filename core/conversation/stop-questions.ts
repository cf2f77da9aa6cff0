import type { Database } from "../database.ts";
import type { Member } from "../identity/member.ts";
import type { ThreadTurn } from "./thread-store.ts";
import { isFinished } from "./turn.ts";

const stopWord =
  /^(?:please )?(?:stop|stop it|stop that|stop please|cancel|cancel that|หยุด(?:เลย|ก่อน|ตอบ|เถอะ)?|ยกเลิก|พอแล้ว)(?:ครับ|ค่ะ|คะ|นะ|จ้ะ|จ้า)*$/iu;

/** Whether a text is no more than the wish to stop; a question that begins with such a word is none. */
export const isStopWord = (text: string): boolean =>
  stopWord.test(text.replaceAll(/:[a-z0-9_+'-]+:|\p{Extended_Pictographic}|[\s!.,…]+/giu, " ").trim());

/** Looked through for what runs; others of a person's open questions wait for a human. */
const openAtMost = 50;

/**
 * Stops those of a person's own questions that are worked on, or still wait for it, and are `meant`; tells how many. Each
 * ends within about a second with a word about it, and its call of the model with it.
 */
export async function stopQuestions(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  { id, tenantId }: Pick<Member, "id" | "tenantId">,
  meant: (turn: ThreadTurn) => boolean,
): Promise<number> {
  const open = await database.withTenant(tenantId, ({ threads }) => threads.openQuestions(id, openAtMost));
  const running = open.filter((turn) => !isFinished(turn.state) && meant(turn));
  if (running.length === 0) return 0;
  const stopped = await database.withTenant(tenantId, ({ conversations }) =>
    Promise.all(running.map((turn) => conversations.requestCancel(id, turn.id))),
  );
  return stopped.filter(Boolean).length;
}
