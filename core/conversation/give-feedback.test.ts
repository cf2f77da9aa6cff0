import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ChatBench, chatBench } from "../../tests/support/chat-bench.ts";
import { newId, type TurnId } from "../ids.ts";
import { feedbackReasonLength } from "./feedback-length.ts";
import { giveFeedback } from "./give-feedback.ts";

describe("giveFeedback", () => {
  let bench: ChatBench;
  beforeEach(() => {
    bench = chatBench();
  });
  const give = async (
    turnId: TurnId,
    name: "sam" | "vic",
    reason: string | null = null,
    verdict: "up" | null = "up",
  ) => {
    const { member } = await bench.identity(name);
    await giveFeedback(bench, { member, turnId, feedback: verdict && { verdict, reason } });
    return bench.database.tables(bench.company.tenantId).turns.get(turnId)?.feedback.get(member.id);
  };

  it("keeps what everyone who saw a shared answer thinks, each their own, and takes it back", async () => {
    const turnId = await bench.answered({ shared: true });
    expect(await give(turnId, "sam", "  Clear. ")).toEqual({ verdict: "up", reason: "Clear." });
    expect(await give(turnId, "vic", " ")).toEqual({ verdict: "up", reason: null });
    expect(await give(turnId, "vic", null, null)).toBeUndefined();
    const verdicts = bench.database
      .tables(bench.company.tenantId)
      .audit.flatMap(({ event }) => (event.event === "chat.feedback" ? [event.metadata?.["verdict"]] : []));
    expect(verdicts).toEqual(["up", "up", null]);
  });

  it("cuts a reason that is too long, and tells the audit trail none of its words", async () => {
    const turnId = await bench.answered();
    expect((await give(turnId, "sam", "wrong ".repeat(1_000)))?.reason).toHaveLength(feedbackReasonLength);
    expect(JSON.stringify(bench.database.tables(bench.company.tenantId).audit)).not.toContain("wrong");
  });

  it("takes none of an answer that the person did not see", async () => {
    await expect(give(await bench.answered(), "vic")).rejects.toMatchObject({ code: "not_found" });
    await expect(give(newId<TurnId>(), "sam")).rejects.toMatchObject({ code: "not_found" });
  });
});
