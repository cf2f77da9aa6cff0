import type { PageDraft } from "../../core/escalation/pager.ts";
import { shorten } from "../../core/text/cut-text.ts";
import type { PagerEvent } from "./send-event.ts";

/** Of PagerDuty, in characters (https://developer.pagerduty.com/docs/events-api-v2/trigger-events/). */
const summaryLength = 1_024;
/** An event is 512 KB at most; this many details of this length stay below it in any script. */
const detailLength = 4_000;
const detailCount = 30;

/** What a page says, as an event. `source` is what PagerDuty wants to know of any: which system noticed it. */
export function pageEvent(draft: PageDraft, key: string): PagerEvent {
  const details = Object.entries(draft.details)
    .slice(0, detailCount)
    .map(([name, value]) => [name, shorten(value, detailLength)] as const);
  const links = draft.links.map(({ label, url }) => ({ href: url, text: label }));
  const [first] = draft.links;
  return {
    event_action: "trigger",
    dedup_key: key,
    client: "The Expert",
    ...(first ? { client_url: first.url } : {}),
    payload: {
      summary: shorten(draft.summary, summaryLength),
      source: "the-expert",
      severity: draft.severity,
      ...(draft.component === null ? {} : { component: draft.component }),
      custom_details: Object.fromEntries(details),
    },
    ...(links.length === 0 ? {} : { links }),
  };
}
