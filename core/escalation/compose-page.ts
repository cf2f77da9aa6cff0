import type { TenantId } from "../ids.ts";
import { shorten } from "../text/cut-text.ts";
import { oneLine, whyRaised } from "./compose-ticket.ts";
import { sharedDraft } from "./escalated-draft.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import { linksBack } from "./links-back.ts";
import type { PageDraft } from "./pager.ts";
import { readAround } from "./read-around.ts";
import { sharingTexts } from "./sharing-texts.ts";

/** In characters; PagerDuty takes a summary of 1,024. */
const summaryLength = 1_000;
const questionLength = 2_000;
const draftLength = 2_000;

/** The page of an escalation as of now, short enough to be read at night; what may not leave is left out, and it says so. */
export async function composePage(
  ports: Pick<EscalationPorts, "database" | "pages" | "threadUrl" | "logger">,
  tenant: TenantId,
  escalation: Escalation,
): Promise<PageDraft> {
  const { language, question, severity, policy, links: made } = escalation;
  const around = await readAround(ports, tenant, escalation);
  const [{ draft, citations, sent, withheld }, links] = await Promise.all([
    sharedDraft(ports, tenant, escalation, around),
    linksBack(ports, tenant, escalation, around.approval?.id ?? null),
  ]);
  const words = sharingTexts[language];
  const { department } = around;
  const asked = department === null ? oneLine(question) : `${department}: ${oneLine(question)}`;
  const answer = withheld ? words.withheld : draft === null ? null : shorten(draft, draftLength);
  const sources = citations.map(({ title }, index) => `[${String(index + 1)}] ${title}`).join("\n");
  const details = [
    [words.question, shorten(question, questionLength)],
    [words.department, department],
    [words.askedBy, escalation.askedByName],
    [words.why, whyRaised(escalation)],
    [sent ? words.answer : words.draft, answer],
    [words.sources, sources],
  ] as const;
  return {
    summary: shorten(asked, summaryLength),
    severity: policy.page?.severities[severity] ?? severity,
    component: department,
    details: Object.fromEntries(
      details.flatMap(([name, text]) => (text === null || text === "" ? [] : [[name, text] as const])),
    ),
    links: [...made.flatMap(ticketLink), ...links],
  };
}

/** Whoever is paged finds the ticket, where it is made already. */
const ticketLink = ({ kind, url, externalKey }: Escalation["links"][number]): PageDraft["links"] =>
  kind === "ticket" && url !== null && externalKey !== null ? [{ label: externalKey, url }] : [];
