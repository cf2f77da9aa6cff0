import { beforeAll, describe, expect, it } from "@jest/globals";
import type { JiraEdition } from "../jira-platform/present-issue.ts";
import {
  openEventsDescription,
  openPublishedDescription,
} from "../pagerduty-platform/published-description.ts";
import { type SimulatedEnd, simulateCalls } from "../support/escalation-simulation.ts";
import { openSeededVendors, type SeededFault, type SeededVendors } from "../support/seeded-vendors.ts";

const seeds = 200;
const editions: readonly JiraEdition[] = ["cloud", "data_center"];

/** What becomes of one seed, whose servers are its own. */
async function outcomeOf(
  seed: number,
  kills: boolean,
  check: Parameters<typeof openSeededVendors>[1],
): Promise<SimulatedEnd & { readonly vendors: SeededVendors }> {
  const edition = editions[seed % editions.length] ?? "cloud";
  const { vendorsOf, close } = await openSeededVendors(edition, check);
  try {
    return await simulateCalls({ seed, kills }, vendorsOf);
  } finally {
    await close();
  }
}

/** The adapters themselves, over HTTP, and servers that answer badly, late or not at all; the days between pass at once. */
describe("one ticket in Jira and one incident in PagerDuty, whatever their servers do", () => {
  let check: Parameters<typeof openSeededVendors>[1];
  beforeAll(() => {
    check = { rest: openPublishedDescription(), events: openEventsDescription() };
  });

  const met = new Map<SeededFault, number>();
  let deaths = 0;
  it.each([
    ["with workers that live", false, 0],
    ["with workers that die between any two steps besides", true, seeds / 2],
  ] as const)(
    "%s",
    async (_, kills, first) => {
      for (let seed = first + 1; seed <= first + seeds / 2; seed += 1) {
        const { vendors, escalation, database, company, ...ended } = await outcomeOf(seed, kills, check);
        const { jira, pagerDuty } = vendors;
        const { dispatches, outbox } = database.tables(company.tenantId);
        const news = outbox.flatMap(({ delivery: { message } }) =>
          message.kind === "note" && message.note.kind === "escalation_news" ? [message.note.news.what] : [],
        );
        expect({
          seed,
          tickets: jira.issues().map(({ id, status }) => ({ id, status })),
          incidents: pagerDuty.incidents.map(({ key, status }) => ({ key, status })),
          links: escalation.links.map(({ kind, state }) => `${kind} ${state}`),
          calls: [...new Set(dispatches.map(({ state }) => state))],
          news: news.toSorted(),
          violations: [...jira.violations, ...pagerDuty.violations],
        }).toEqual({
          seed,
          tickets: [{ id: escalation.links[0]?.externalId, status: "To Do" }],
          incidents: [{ key: escalation.links[1]?.key, status: "triggered" }],
          links: ["ticket open", "page open"],
          calls: ["done"],
          news: ["paged", "ticket_created"],
          violations: [],
        });
        expect(ended.tookMs).toBeLessThan(86_400_000);
        for (const fault of vendors.met) met.set(fault, (met.get(fault) ?? 0) + 1);
        deaths += ended.deaths;
      }
    },
    180_000,
  );

  it("has met every kind of fault often", () => {
    expect(met.size).toBe(8);
    for (const [fault, times] of met) expect([fault, times > 30]).toEqual([fault, true]);
    expect(deaths).toBeGreaterThan(50);
  });
});
