import type { HookSystem } from "../connections/hook-receiver.ts";
import type { EscalationNews } from "./escalation-view.ts";
import type { Escalation, EscalationLink, ExternalPerson } from "./escalation.ts";
import type { ExternalChange } from "./external-change.ts";

/**
 * Whether what happened at the vendor is older than what is known of it, or of the same instant and before it. What is told by
 * the whole second, as by PagerDuty's API beside its finer webhooks, may be of any moment of it.
 */
export function isOutdated(
  { changedAt, state }: Pick<EscalationLink, "changedAt" | "state">,
  change: Pick<ExternalChange, "at" | "state">,
): boolean {
  if (changedAt === null) return false;
  if (isOneInstant(changedAt.getTime(), change.at.getTime()))
    return order.indexOf(change.state) < order.indexOf(state);
  return change.at < changedAt;
}

const isOneInstant = (one: number, other: number): boolean =>
  one === other ||
  (Math.floor(one / 1_000) === Math.floor(other / 1_000) && (one % 1_000 === 0 || other % 1_000 === 0));

const order = ["pending", "failed", "open", "acknowledged", "resolved"] as const;

/** What a change brings that the thread is to be told of, in its order; nothing that its people have done here themselves. */
export function newsOfChange(
  escalation: Escalation,
  link: EscalationLink,
  change: ExternalChange,
  where: HookSystem,
): readonly EscalationNews[] {
  const { state: stood, links } = escalation;
  const by = change.by?.name ?? null;
  const name = change.externalKey ?? link.externalKey ?? change.externalId;
  const news: EscalationNews[] = [];
  if (change.state !== link.state) {
    const others = links.filter(({ id }) => id !== link.id);
    const isSettled = stood === "resolved" || others.some((other) => endedWith(escalation, other));
    if (link.state === "resolved") news.push({ what: "reopened", by });
    else if (change.state === "resolved" && !isSettled)
      news.push({ what: "resolved", by, where, resolution: change.resolution });
    else if (change.state === "acknowledged" && stood === "open")
      news.push({ what: "acknowledged", by, where });
  }
  if (isReassigned(link, change) && !isOnly(change.assignees, change.by, news))
    news.push({ what: "assigned", name, to: change.assignees.map((person) => person.name) });
  if (
    news.length === 0 &&
    link.status !== null &&
    link.status !== change.status &&
    change.state === link.state &&
    // What has ended is told to have ended, in whatever words.
    change.state !== "resolved"
  )
    news.push({ what: "status", name, status: change.status });
  return news;
}

/** Whether something else that stands for it was resolved since it was last raised, and this follows from that. */
export function endedWith(
  { raised }: Pick<Escalation, "raised">,
  { state, changedAt }: EscalationLink,
): boolean {
  const again = raised.length > 1 ? raised.at(-1) : undefined;
  return state === "resolved" && (again === undefined || changedAt === null || changedAt >= again.at);
}

/** Who has an incident at first was paged, which is told. */
function isReassigned({ kind, assignees: had }: EscalationLink, { assignees }: ExternalChange): boolean {
  if (assignees.length === 0 || (kind === "page" && had.length === 0)) return false;
  const names = (some: readonly ExternalPerson[]): string =>
    JSON.stringify(some.map(({ name }) => name).toSorted());
  return names(had) !== names(assignees);
}

/** Whoever takes it in hand has it: that is told once. */
const isOnly = (
  assignees: readonly ExternalPerson[],
  by: ExternalPerson | null,
  news: readonly EscalationNews[],
): boolean =>
  news.some(({ what }) => what === "acknowledged" || what === "resolved") &&
  assignees.every(({ name }) => name === by?.name);
