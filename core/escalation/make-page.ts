import type { Carried } from "../dispatch/dispatch-carrier.ts";
import type { DispatchBody } from "../dispatch/dispatch.ts";
import { isExpertError } from "../errors.ts";
import { renewedKey } from "./choose-links.ts";
import { composePage } from "./compose-page.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import { escalationTexts } from "./escalation-texts.ts";
import type { Escalation } from "./escalation.ts";
import type { ExternalChange } from "./external-change.ts";
import { findLink, type HeldLink } from "./held-link.ts";
import type { Pager } from "./pager.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";

type Trigger = Extract<DispatchBody, { kind: "page_trigger" }>;

/**
 * Pages whoever is on call, and tells the thread who that is. One page for its key, however often it is tried; what was
 * raised again after it was settled gets a key of its own. Nobody is paged for what somebody has taken in hand or settled since.
 */
export async function makePage(ports: EscalationPorts, asked: HeldLink<Trigger>): Promise<Carried> {
  const spared = sparedNow(asked);
  if (spared !== null) {
    await leaveUnmade(ports, asked, spared);
    return "done";
  }
  const held = await renewed(ports, asked);
  if (held === null) return "done";
  const { tenant, connection, dispatch, escalation, link } = held;
  const isMade = link.createdAt !== null;
  const pager = ports.systems.pager(connection);
  // After it was resolved there, the same key would page again.
  const before = !isMade && dispatch.doubtSince !== null ? await held.call(() => pager.read(link.key)) : null;
  if (!isMade && before === null) {
    const draft = await composePage(ports, tenant, escalation);
    await held.callOnce(() => pager.trigger(draft, link.key));
  }
  const change = before ?? (await lookAt(ports, held, () => pager.read(link.key)));
  const now = await keep(ports, held, change);
  await tellPaged(ports, held, pager, now, change);
  return "done";
}

/** What makes this page needless; null where it is made, or nobody knows whether it was. */
function sparedNow({
  dispatch,
  body,
  escalation: { state, acknowledged },
  link,
}: HeldLink<Trigger>): "acknowledged" | "resolved" | null {
  const isOwn = body.again !== true || link.key === renewedKey(dispatch.id);
  if (dispatch.doubtSince !== null || (isOwn && link.createdAt !== null)) return null;
  if (state === "resolved") return state;
  // Who had it in hand already when it was to be paged keeps nobody from being woken.
  return state === "acknowledged" && acknowledged !== null && acknowledged.at >= dispatch.createdAt
    ? state
    : null;
}

/** With a link that stands for the new page alone; null where somebody was paged after this was asked for. */
async function renewed(ports: EscalationPorts, held: HeldLink<Trigger>): Promise<HeldLink<Trigger> | null> {
  const { tenant, dispatch, body, link } = held;
  const key = renewedKey(dispatch.id);
  if (body.again !== true || link.key === key) return held;
  if (link.createdAt !== null && link.createdAt > dispatch.createdAt) return null;
  await ports.database.withTenant(tenant, ({ escalations }) => escalations.renewLink(link.id, key));
  return { ...held, ...(await findLink(ports, tenant, link.id)) };
}

/** Somebody has it before anybody had to be woken. */
async function leaveUnmade(
  ports: EscalationPorts,
  { tenant, link, escalation: { language } }: HeldLink,
  spared: "acknowledged" | "resolved",
): Promise<void> {
  const left = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.linkFailed(link.id, escalationTexts[language].spared[spared]),
  );
  if (left) await tellStatus(ports, tenant, left);
}

/** Whoever is paged is paged: what is asked about it besides must not page again. */
async function lookAt<T>(
  { logger }: EscalationPorts,
  { call, escalation }: HeldLink,
  work: () => Promise<T | null>,
): Promise<T | null> {
  try {
    return await call(work);
  } catch (error) {
    if (!isExpertError(error)) throw error;
    logger.info("a page was made, and could not be looked at", { escalation: escalation.id, error });
    return null;
  }
}

async function keep(
  ports: EscalationPorts,
  { tenant, link, connection, escalation, dispatch }: HeldLink,
  change: ExternalChange | null,
): Promise<Escalation> {
  const made = {
    externalId: change?.externalId ?? null,
    externalKey: change?.externalKey ?? null,
    url: change?.url ?? null,
  };
  const kept = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.linkMade(link.id, made, [
      {
        event: "escalation.paged",
        status: "success",
        userId: null,
        resourceType: "escalation",
        resourceId: escalation.id,
        metadata: { turn: escalation.turnId, connection: connection.id, dispatch: dispatch.id },
      },
    ]),
  );
  if (change?.state !== "open") return kept ?? escalation;
  // Who has it; whatever else happens to it is told as it comes in.
  const { comments: _comments, answer: _answer, ...shown } = change;
  const seen = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.change(link.id, shown, []),
  );
  return seen?.escalation ?? kept ?? escalation;
}

async function tellPaged(
  ports: EscalationPorts,
  held: HeldLink,
  pager: Pager,
  escalation: Escalation,
  change: ExternalChange | null,
): Promise<void> {
  const { tenant, link } = held;
  const assigned = change?.assignees ?? [];
  const people =
    assigned.length > 0 ? assigned : ((await lookAt(ports, held, () => pager.onCall(link.key))) ?? []);
  const at = escalation.links.find(({ id }) => id === link.id)?.createdAt ?? ports.clock.now();
  const who = people.length === 0 ? null : people.map(({ name }) => name);
  await tellStatus(ports, tenant, escalation);
  const news = { what: "paged", who, at: at.toISOString() } as const;
  await tellNews(ports, tenant, escalation, news, `paged ${link.key}`);
}
