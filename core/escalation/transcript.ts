import type { SaidTurn } from "../conversation/thread-store.ts";
import { replyTexts } from "../conversation/reply-texts.ts";
import type { TenantId } from "../ids.ts";
import { shorten } from "../text/cut-text.ts";
import { accessOfCited } from "./escalated-access.ts";
import { mayLeave } from "./escalated-draft.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import { productName } from "./product-name.ts";
import { sharingTexts } from "./sharing-texts.ts";
import type { TranscriptLine } from "./ticket-system.ts";

/** So many of the newest questions of a thread are told, each text and all of them up to so many characters. */
const questionsTold = 12;
const lineLength = 3_000;
const transcriptLength = 20_000;

export interface SharedTranscript {
  readonly lines: readonly TranscriptLine[];
  /** Answers were left out since they rest on what may not leave. */
  readonly withheld: boolean;
}

/** What was asked in the thread and answered, oldest first, as far as it may leave the product; cut at its beginning. */
export async function sharedTranscript(
  ports: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  { conversationId, policy, language }: Pick<Escalation, "conversationId" | "policy" | "language">,
): Promise<SharedTranscript> {
  const said = await ports.database.withTenant(tenant, ({ threads }) =>
    threads.said(conversationId, questionsTold),
  );
  const told = await Promise.all(
    said.map(async (turn) => {
      const text = await replyOf(ports, tenant, turn, policy);
      const asked = { who: turn.askedByName, at: turn.createdAt, text: shorten(turn.question, lineLength) };
      if (text === null) return { lines: [asked], withheld: false };
      const shown =
        text === withheldAnswer ? sharingTexts[language].withheldAnswer : shorten(text, lineLength);
      const replied = { who: productName, at: turn.createdAt, text: shown };
      return { lines: [asked, replied], withheld: text === withheldAnswer };
    }),
  );
  return {
    lines: newest(told.flatMap(({ lines }) => lines)),
    withheld: told.some(({ withheld }) => withheld),
  };
}

const withheldAnswer = Symbol("withheld");

/** Null where nothing was replied yet. */
async function replyOf(
  ports: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  { reply, state, language }: SaidTurn,
  policy: Escalation["policy"],
): Promise<string | typeof withheldAnswer | null> {
  if (reply === null) return state === "failed" ? replyTexts[language].failed : null;
  if (reply.kind !== "answer") return reply.text;
  const approvalId = reply.verified?.approvalId;
  const approval =
    approvalId === undefined
      ? null
      : await ports.database.withTenant(tenant, ({ approvals }) => approvals.find(approvalId));
  const held = approval ? { label: approval.label, readers: approval.readers } : undefined;
  const access = await accessOfCited(ports, tenant, reply.citations, held);
  return mayLeave(policy, access) ? reply.text : withheldAnswer;
}

function newest(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  let left = transcriptLength;
  const kept = lines.toReversed().filter(({ text }) => {
    left -= text.length;
    return left >= 0;
  });
  return kept.toReversed();
}
