import type { KeptChange } from "../../../core/escalation/escalation-store.ts";
import { isOutdated } from "../../../core/escalation/news-of-change.ts";
import type { EscalationRow, LinkRow } from "./tables.ts";

/** Takes in how a link stands at its vendor; false where that is older, or changes nothing that is shown. */
export function takeChange(
  row: EscalationRow,
  link: LinkRow,
  change: KeptChange,
  by: string,
  now: number,
): boolean {
  const { state: was, changedAt } = link;
  if (isOutdated(link, change)) return false;
  const next = {
    externalId: link.externalId ?? change.externalId,
    externalKey: change.externalKey ?? link.externalKey,
    url: change.url ?? link.url,
    state: change.state,
    status: change.status,
    assignees: change.assignees,
    resolution: change.resolution,
  };
  const shown = ({ externalId, externalKey, url, state, status, assignees, resolution }: typeof next) =>
    JSON.stringify([externalId, externalKey, url, state, status, assignees, resolution]);
  const isOther = shown(next) !== shown({ ...link, state: link.state as typeof next.state } as typeof next);
  link.changedAt = changedAt !== null && changedAt > change.at ? changedAt : change.at;
  if (!isOther) return false;
  Object.assign(link, next, { error: null, createdAt: link.createdAt ?? new Date(now) });
  row.version += 1;
  follow(row, was, change.state, { by, at: change.at });
  return true;
}

/** The escalation's state, after one of its links went from one state to another. */
function follow(
  row: EscalationRow,
  from: LinkRow["state"],
  to: LinkRow["state"],
  by: { readonly by: string; readonly at: Date },
): void {
  const counted = row.links.filter(({ state }) => state !== "failed");
  const isAcknowledged = counted.some(({ state }) => state === "acknowledged");
  if (to === from) return;
  if (to === "resolved") {
    if (row.state !== "resolved" && counted.every(({ state }) => state === "resolved"))
      Object.assign(row, { state: "resolved", resolved: by } satisfies Partial<EscalationRow>);
    return;
  }
  if (row.state === "resolved" && from !== "resolved") return;
  if (to === "acknowledged" || (row.state === "resolved" && isAcknowledged)) {
    if (row.state !== "acknowledged") row.acknowledged ??= by;
    if (row.state === "resolved") row.answerWantedFrom = null;
    Object.assign(row, { state: "acknowledged", resolved: null } satisfies Partial<EscalationRow>);
    return;
  }
  const gaveUp = from === "acknowledged" && row.state === "acknowledged" && !isAcknowledged;
  if (row.state === "resolved" || gaveUp) {
    if (row.state === "resolved") row.answerWantedFrom = null;
    Object.assign(row, {
      state: "open",
      acknowledged: null,
      resolved: null,
    } satisfies Partial<EscalationRow>);
  }
}
