import { beforeEach, describe, expect, it } from "@jest/globals";
import { both, type OutsideBench, outsideBench } from "../../tests/support/outside-bench.ts";
import { ExpertError } from "../errors.ts";
import { actOnEscalation } from "./act.ts";
import { escalationTexts } from "./escalation-texts.ts";
import type { Escalation } from "./escalation.ts";
import { presentEscalation } from "./present-escalation.ts";
import { sayLink } from "./say-news.ts";

const policy = { ...both, on: { asked_for: "both", wrong: "both", rejected: "ticket" } } as const;
/** A minute of one day of the week that is not now. */
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const later = (): (typeof days)[number] => days[(new Date().getUTCDay() + 3) % 7] ?? "mon";
const outsideHours = { days: [later()], from: "08:00", to: "08:01", time_zone: "Asia/Bangkok" };

describe("paging again", () => {
  let bench: OutsideBench;
  let escalation: Escalation;
  beforeEach(async () => {
    bench = await outsideBench(policy);
    escalation = await bench.made();
  });
  const now = () => bench.now(escalation.id);
  const act = async (kind: "acknowledge" | "resolve") => {
    const identity = await bench.identity("ada");
    await actOnEscalation(bench.outside, { identity, escalationId: escalation.id, act: { kind } });
  };
  const again = async (trigger: "wrong" | "rejected" = "wrong") => {
    const raised = await bench.raise({ turnId: escalation.turnId, trigger });
    if (!raised) throw new Error("nothing was raised");
    return raised;
  };
  const dispatches = () => bench.database.tables(bench.company.tenantId).dispatches;
  const paged = () => bench.news(escalation).filter(({ what }) => what === "paged");
  const due = () => {
    for (const row of dispatches()) row.nextAttemptAt = 0;
  };

  it("wakes somebody once more for what was settled and is raised again, as another incident", async () => {
    await act("resolve");
    await bench.work();
    const first = bench.link(await now(), "page");
    await again();
    await again();
    await bench.work();
    const link = bench.link(await now(), "page");
    expect(bench.pager.incidents.map(({ state }) => state)).toEqual(["resolved", "open"]);
    expect(link).toMatchObject({ state: "open", externalId: bench.pager.incidents[1]?.id });
    expect(link.key).not.toBe(first.key);
    expect(paged()).toHaveLength(2);
    expect(await now()).toMatchObject({ state: "open" });
    // The ticket is told, and left to its people.
    expect(bench.theTicket().status).toBe("Done");
    expect(bench.theTicket().comments.at(-1)?.text).toContain(escalationTexts.en.trigger.wrong);
  });

  it("makes one incident of a call of which nobody knows what became", async () => {
    await act("resolve");
    await bench.work();
    await again();
    const away = new ExpertError("channel_unavailable", "No answer.");
    bench.pager.failNext({ error: away, done: true });
    await bench.work();
    due();
    await bench.work();
    expect(bench.pager.incidents).toHaveLength(2);
    for (const { call, ...row } of dispatches())
      if (call.body.kind === "page_trigger")
        Object.assign(dispatches().find((one) => one.call.id === call.id) ?? {}, {
          ...row,
          state: "pending",
        });
    due();
    await bench.work();
    expect(bench.pager.incidents).toHaveLength(2);
    expect(paged()).toHaveLength(2);
  });

  it("pages nobody again for a trigger that wants no page", async () => {
    await act("resolve");
    await bench.work();
    expect(await again("rejected")).toMatchObject({ state: "open" });
    await bench.work();
    expect(bench.pager.incidents).toHaveLength(1);
  });

  it("pages nobody again while it is not settled", async () => {
    await again();
    await bench.work();
    expect(bench.pager.incidents).toHaveLength(1);
  });

  it("is not settled by what its vendors still say of the first end", async () => {
    await act("resolve");
    await bench.work();
    const was = await now();
    const change = await bench.pager.read(bench.link(was, "page").key);
    const ticket = await bench.tickets.read(bench.theTicket().externalId, "last_comment", null);
    if (!change || !ticket) throw new Error("nothing was made");
    await again();
    await bench.apply(was, "page", change);
    await bench.apply(was, "ticket", ticket);
    await bench.work();
    expect(await now()).toMatchObject({ state: "open" });
    expect(bench.pager.incidents.at(-1)?.state).toBe("open");
    expect(bench.notes().filter(({ kind }) => kind === "answer_wanted")).toEqual([]);
  });

  it("asks whoever resolves the second incident for the answer", async () => {
    await bench.seen("ada");
    await act("resolve");
    await bench.work();
    await bench.look(escalation, "ticket");
    bench.pass(1_000);
    await again();
    await bench.work();
    const incident = bench.pager.incidents.at(-1);
    if (incident) {
      bench.pager.set(incident, "resolved", { name: "Ada Admin", email: "ada@small.example" });
      incident.at = new Date(Date.now() + 2_000);
    }
    await bench.look(escalation, "page");
    expect(bench.notes().filter(({ kind }) => kind === "answer_wanted")).toHaveLength(1);
    expect(bench.news(escalation).at(-1)).toMatchObject({ what: "resolved", where: "pagerduty" });
    expect(await now()).toMatchObject({ state: "resolved" });
  });

  describe("that waits for the working hours", () => {
    beforeEach(async () => {
      bench = await outsideBench({ ...policy, working_hours: outsideHours });
      escalation = await bench.made();
      expect(bench.pager.incidents).toHaveLength(0);
    });
    const card = async () => {
      const view = await presentEscalation(bench.escalations, bench.company.tenantId, escalation.id);
      const link = view?.links.find(({ kind }) => kind === "page");
      return link ? sayLink(link, "en") : null;
    };

    it.each(["acknowledged", "resolved"] as const)("is left out once it is %s", async (state) => {
      await act(state === "resolved" ? "resolve" : "acknowledge");
      due();
      await bench.work();
      expect(bench.pager.incidents).toHaveLength(0);
      expect(bench.link(await now(), "page")).toMatchObject({ state: "failed" });
      expect(await card()).toEqual([escalationTexts.en.spared[state]]);
      expect(dispatches().every((row) => row.state === "done")).toBe(true);
    });

    it("is made where nobody has it in hand", async () => {
      due();
      await bench.work();
      expect(bench.pager.incidents).toHaveLength(1);
    });

    it("is made for what comes after somebody had it in hand and settled it", async () => {
      await act("acknowledge");
      due();
      await bench.work();
      await act("resolve");
      await again();
      due();
      await bench.work();
      expect(bench.pager.incidents).toHaveLength(1);
      expect(bench.link(await now(), "page")).toMatchObject({ state: "open", error: null });
    });
  });
});
