import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { policyTicket, sampleTicketDraft } from "../../tests/contract/ticket-system.ts";
import { createJiraPlatform, type JiraPlatform } from "../../tests/jira-platform/create-jira-platform.ts";
import { jiraConnectionTo } from "../../tests/jira-platform/jira-under-test.ts";
import { amplyMs, endOnceHeard } from "../../tests/support/time-limits.ts";
import { systemClock } from "../../core/clock.ts";
import type { TicketSystem } from "../../core/escalation/ticket-system.ts";
import { openJira } from "./open-jira.ts";

const draft = sampleTicketDraft(policyTicket({ connection: "jira", project: "OPS", issue_type: "Task" }));

describe.each(["cloud", "data_center"] as const)("Jira %s that answers after the time-out", (edition) => {
  let slow: JiraPlatform;
  /** It gives up soon; the other does not. */
  let hasty: TicketSystem;
  let patient: TicketSystem;
  let nowMs = Date.now();
  /** What Jira does later. */
  const later: (() => void)[] = [];
  beforeAll(async () => {
    slow = await createJiraPlatform({
      edition,
      now: () => new Date(nowMs),
      after: (_delayMs, work) => void later.push(work),
    });
    const connection = jiraConnectionTo(slow);
    hasty = openJira(connection, {
      clock: systemClock,
      timeoutMs: 50,
      endAfter: endOnceHeard(() => slow.asked.length),
    });
    patient = openJira(connection, { clock: systemClock, timeoutMs: amplyMs });
  });
  afterAll(async () => {
    expect(slow.violations).toEqual([]);
    await slow.close();
  });

  it("has what came through found, once Jira has indexed it", async () => {
    const key = "came-through";
    slow.indexDelayMs = 900;
    slow.fail({ on: "create", effect: "done", delayMs: 600, answer: "usual" });
    await expect(hasty.create(draft, key)).rejects.toMatchObject({
      code: "channel_unavailable",
      facts: expect.not.objectContaining({ reached: false }),
    });
    expect(await patient.find(key)).toEqual([]);
    nowMs += 900;
    expect(await patient.find(key)).toHaveLength(1);
    slow.indexDelayMs = 0;
  });

  it("has what it makes only then found", async () => {
    const key = "made-late";
    later.splice(0);
    slow.fail({ on: "create", effect: "late", delayMs: 600, answer: "usual" });
    await expect(hasty.create(draft, key)).rejects.toMatchObject({ code: "channel_unavailable" });
    expect(await patient.find(key)).toEqual([]);
    for (const work of later.splice(0)) work();
    expect(await patient.find(key)).toHaveLength(1);
  });

  it("is given up by the machine's own timer", async () => {
    const ports = { clock: systemClock, timeoutMs: 50 };
    const silent = await createJiraPlatform({ edition, after: () => undefined });
    silent.fail({ delayMs: 600, answer: { status: 503 } });
    await expect(openJira(jiraConnectionTo(silent), ports).find("k")).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    await silent.close();
  });
});
