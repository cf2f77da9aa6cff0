import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { RaiseRequest } from "../../core/escalation/raise-request.ts";
import { newId, type TurnId } from "../../core/ids.ts";
import { type HttpBench, httpBench } from "../../tests/support/http-bench.ts";
import { personOf, sampleEnd, sampleQuestion } from "../../tests/support/sample-work.ts";

describe("feedback at the API", () => {
  let bench: HttpBench;
  let raised: RaiseRequest[];
  beforeEach(async () => {
    bench = await httpBench();
    raised = [];
    Object.assign(bench.ports.approvals, {
      escalate: async (_tenant: unknown, request: RaiseRequest) => void raised.push(request),
    });
  });
  afterEach(() => bench.close());

  it("escalates an answer that is called wrong, and nothing else", async () => {
    const { database, company } = bench;
    const { turnId } = await database.inbox.receive(sampleQuestion(company));
    await database.withTenant(company.tenantId, async ({ turns }) => {
      await turns.take(turnId, 1_000);
      await turns.end(turnId, sampleEnd(turnId));
    });
    const sam = await bench.signIn("sam");
    const rate = async (id: TurnId, verdict: "up" | "down") =>
      (await sam.request("PUT", `/turns/${id}/feedback`, { verdict, reason: null })).status;
    expect(await rate(turnId, "up")).toBe(200);
    expect(await rate(newId<TurnId>(), "down")).toBe(404);
    expect(raised).toEqual([]);
    expect(await rate(turnId, "down")).toBe(200);
    await sam.request("DELETE", `/turns/${turnId}/feedback`);
    expect(raised).toEqual([{ trigger: "wrong", turnId, by: personOf(company, "sam") }]);
  });
});
