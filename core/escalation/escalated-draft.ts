import type { Citation } from "../answering/citation.ts";
import type { Approval, ProposedAnswer } from "../approvals/approval.ts";
import { type Access, strictestOf } from "../approvals/cited-sources.ts";
import type { Reply } from "../conversation/reply.ts";
import { type Principal, strictness } from "../identity/access.ts";
import type { TenantId } from "../ids.ts";
import { shorten } from "../text/cut-text.ts";
import { accessOfCited } from "./escalated-access.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import type { TicketDraft } from "./ticket-system.ts";

/** What of an escalated question's answer may leave the product. */
export interface SharedDraft {
  /** Markdown; null where there is none, or it may not leave. */
  readonly draft: string | null;
  /** It was sent as the answer. */
  readonly sent: boolean;
  readonly citations: TicketDraft["citations"];
  /** It was left out since it rests on what may not leave. */
  readonly withheld: boolean;
}

/** Longest draft and quotation, in characters, and how many quotations. */
const draftLength = 8_000;
const quoteLength = 600;
const citationsShared = 10;

/** What is proposed or was sent as the answer, as it stands now and as strictly as its sources are held now. */
export async function sharedDraft(
  ports: Pick<EscalationPorts, "database" | "pages">,
  tenant: TenantId,
  escalation: Pick<Escalation, "label" | "readers" | "policy">,
  { approval, reply }: { readonly approval: Approval | null; readonly reply: Reply | null },
): Promise<SharedDraft> {
  const answer = approval?.answer ?? answerOf(reply);
  if (answer === null || answer.text === "") return { ...nothing, withheld: false };
  const held = strictestOf([escalation, ...(approval ? [approval] : [])].map(asPassage));
  const access = await accessOfCited(ports, tenant, answer.citations, held);
  if (!mayLeave(escalation.policy, access)) return { ...nothing, withheld: true };
  return {
    draft: shorten(answer.text, draftLength),
    citations: answer.citations.slice(0, citationsShared).map((citation) => ({
      title: [citation.title, ...citation.headingPath].join(" › "),
      quote: shorten(citation.quote, quoteLength),
      url: urlOf(ports, citation),
    })),
    sent: approval ? isSent(approval) : reply?.kind === "answer",
    withheld: false,
  };
}

const nothing = { draft: null, citations: [], sent: false } as const;

export const isSent = ({ state }: Approval): boolean => state === "approved" || state === "corrected";

/** Whether what rests on such documents may stand in a ticket or a page; what is limited to some readers never may. */
export const mayLeave = (
  { share_up_to }: Pick<Escalation["policy"], "share_up_to">,
  { label, readers }: Access,
): boolean => readers === null && strictness(label) <= strictness(share_up_to);

const answerOf = (reply: Reply | null): ProposedAnswer | null => {
  if (reply?.kind === "answer") return reply;
  return reply?.kind === "pending" ? (reply.draft ?? null) : null;
};

const asPassage = ({
  label: sensitivity,
  readers,
}: Access): { readonly sensitivity: Access["label"]; readonly readers: readonly Principal[] | null } => ({
  sensitivity,
  readers,
});

const urlOf = ({ pages }: Pick<EscalationPorts, "pages">, citation: Citation): string | null =>
  citation.link ?? pages.source(citation);
