import type { TenantId } from "../ids.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import { sharingTexts } from "./sharing-texts.ts";
import type { TicketDraft } from "./ticket-system.ts";

/** Where whoever has the ticket or was paged opens the thread, the conversation, the approval and the escalation. */
export async function linksBack(
  ports: Pick<EscalationPorts, "pages" | "threadUrl" | "logger">,
  tenant: TenantId,
  escalation: Escalation,
  approvalId: string | null,
): Promise<TicketDraft["links"]> {
  const { pages } = ports;
  const texts = sharingTexts[escalation.language];
  const thread = await threadOf(ports, tenant, escalation);
  const found = [
    { label: texts.thread, url: thread },
    { label: texts.escalation, url: pages.escalation(escalation.id) },
    { label: texts.approval, url: approvalId === null ? null : pages.approval(approvalId) },
    { label: texts.conversation, url: pages.conversation(escalation.conversationId) },
  ];
  return found.flatMap(({ label, url }) => (url === null ? [] : [{ label, url }]));
}

/** How long a channel may take to tell, in milliseconds: one that is down keeps no ticket from being made. */
const threadUrlMs = 2_000;

/** A ticket without this link is better than none. */
async function threadOf(
  { threadUrl, logger }: Pick<EscalationPorts, "threadUrl" | "logger">,
  tenant: TenantId,
  { id, channel, threadKey, address }: Escalation,
): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, threadUrlMs, null);
  });
  try {
    const asked = threadUrl?.(tenant, { channel, threadKey, address }) ?? null;
    return await Promise.race([asked, tooLate]);
  } catch (error) {
    logger.info("where an escalation's thread is opened could not be asked", { escalation: id, error });
    return null;
  } finally {
    clearTimeout(timer);
  }
}
