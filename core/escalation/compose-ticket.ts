import { ExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import { shorten } from "../text/cut-text.ts";
import { sharedDraft } from "./escalated-draft.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import { escalationTexts } from "./escalation-texts.ts";
import type { Escalation } from "./escalation.ts";
import { linksBack } from "./links-back.ts";
import { readAround } from "./read-around.ts";
import type { TicketDraft } from "./ticket-system.ts";
import { sharedTranscript } from "./transcript.ts";

const summaryLength = 200;

/**
 * The ticket of an escalation as of now. What rests on documents that may not leave the product is left out, and the ticket
 * says so. All that is in it is text to be shown. Throws `internal` where its policy makes no tickets.
 */
export async function composeTicket(
  ports: Pick<EscalationPorts, "database" | "pages" | "threadUrl" | "logger">,
  tenant: TenantId,
  escalation: Escalation,
): Promise<TicketDraft> {
  const { ticket } = escalation.policy;
  if (ticket === null) throw new ExpertError("internal", "An escalation's policy makes no tickets.");
  const around = await readAround(ports, tenant, escalation);
  const [draft, transcript, links] = await Promise.all([
    sharedDraft(ports, tenant, escalation, around),
    sharedTranscript(ports, tenant, escalation),
    linksBack(ports, tenant, escalation, around.approval?.id ?? null),
  ]);
  return {
    summary: shorten(oneLine(escalation.question), summaryLength),
    language: escalation.language,
    department: around.department,
    askedBy: escalation.askedByName,
    why: whyRaised(escalation),
    severity: escalation.severity,
    transcript: transcript.lines,
    draft: draft.draft,
    ...(draft.sent ? { sent: true as const } : {}),
    citations: draft.citations,
    withheld: draft.withheld || transcript.withheld,
    links,
    ticket,
  };
}

/** Why it was raised, in the language of the question; what came first comes first. */
export const whyRaised = ({ raised, language }: Pick<Escalation, "raised" | "language">): string =>
  [...new Set(raised.map(({ trigger }) => escalationTexts[language].trigger[trigger]))].join(" ");

export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
