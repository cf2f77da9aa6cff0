import { describe, expect, it } from "@jest/globals";
import type { EscalationNews } from "../../core/escalation/escalation-view.ts";
import { type Simulated, simulateEscalation } from "../support/escalation-simulation.ts";

const newsOf = ({ database, company }: Simulated): readonly EscalationNews["what"][] =>
  database
    .tables(company.tenantId)
    .outbox.flatMap(({ delivery: { message } }) =>
      message.kind === "note" && message.note.kind === "escalation_news" ? [message.note.news.what] : [],
    );

const statesOf = ({ database, company }: Simulated): readonly string[] =>
  database.tables(company.tenantId).dispatches.map(({ state }) => state);

function expectOneOfEach(done: Simulated): void {
  const { escalation, tickets, pager } = done;
  expect(statesOf(done).every((state) => state === "done")).toBe(true);
  const [ticket] = tickets.all.filter(({ status }) => status !== "Done");
  expect(tickets.all.filter(({ status }) => status !== "Done")).toHaveLength(1);
  expect(pager.incidents).toHaveLength(1);
  expect(escalation.links.map(({ kind, state }) => `${kind} ${state}`)).toEqual(["ticket open", "page open"]);
  expect(escalation.links[0]?.externalId).toBe(ticket?.externalId);
  expect(newsOf(done).toSorted()).toEqual(["paged", "ticket_created"]);
}

/** So many seeds of each kind: 200 in all. */
const seeds = Array.from({ length: 100 }, (_, at) => at + 1);

describe("one ticket and one incident, whatever goes wrong", () => {
  it("where vendors fail, are silent, or do late what nobody waits for: never a second ticket", async () => {
    let [faults, tookMs] = [0, 0];
    for (const seed of seeds) {
      const done = await simulateEscalation({ seed, latestMs: 100_000, indexDelayMs: 45_000, kills: false });
      expectOneOfEach(done);
      expect(done.tickets.all).toHaveLength(1);
      faults += done.faults;
      tookMs = Math.max(tookMs, done.tookMs);
    }
    expect(faults).toBeGreaterThan(300);
    expect(tookMs).toBeLessThan(86_400_000);
  }, 180_000);

  it("where workers die between any two steps besides", async () => {
    let [faults, deaths] = [0, 0];
    for (const seed of seeds) {
      const done = await simulateEscalation({
        seed: 1_000 + seed,
        latestMs: 100_000,
        indexDelayMs: 45_000,
        kills: true,
      });
      expectOneOfEach(done);
      expect(done.tickets.all).toHaveLength(1);
      faults += done.faults;
      deaths += done.deaths;
    }
    expect(faults).toBeGreaterThan(300);
    expect(deaths).toBeGreaterThan(100);
  }, 180_000);

  it("where a ticket appears after everybody has given up waiting for it: the second is closed", async () => {
    let second = 0;
    for (const seed of seeds.slice(0, 60)) {
      const done = await simulateEscalation({
        seed: 2_000 + seed,
        latestMs: 330_000,
        indexDelayMs: 60_000,
        kills: true,
      });
      expectOneOfEach(done);
      if (done.tickets.all.length > 1) second += 1;
    }
    expect(second).toBeGreaterThan(0);
  }, 180_000);
});
