import type { ConversationView } from "../../../bots/http/contract/conversation.ts";

export type DayGroup = "today" | "yesterday" | "week" | "earlier";
export interface ConversationGroup {
  readonly group: DayGroup;
  readonly items: readonly ConversationView[];
}

const dayMs = 86_400_000;

/** Groups by the local day of the last change, keeping the order; groups without conversations are left out. */
export function groupByDay(items: readonly ConversationView[], now: Date): readonly ConversationGroup[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const groups: Record<DayGroup, ConversationView[]> = { today: [], yesterday: [], week: [], earlier: [] };
  for (const item of items) {
    const changed = new Date(item.updatedAt);
    const day = new Date(changed.getFullYear(), changed.getMonth(), changed.getDate()).getTime();
    // Rounded, since a day on which the clocks change is not 24 hours long.
    const daysAgo = Math.round((today - day) / dayMs);
    groups[daysAgo <= 0 ? "today" : daysAgo === 1 ? "yesterday" : daysAgo < 7 ? "week" : "earlier"].push(
      item,
    );
  }
  return (Object.keys(groups) as DayGroup[])
    .map((group) => ({ group, items: groups[group] }))
    .filter(({ items: found }) => found.length > 0);
}
