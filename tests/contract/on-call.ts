import { beforeAll, describe, expect, it } from "@jest/globals";
import type { OnCall } from "../../core/approvals/approver-reach.ts";
import type { TenantId } from "../../core/ids.ts";

/** A pager with schedules, filled as its own tools would. */
export interface OnCallUnderTest {
  readonly onCall: OnCall;
  readonly owner: TenantId;
  readonly other: TenantId;
  /** Puts a schedule in that holds these people now; how policies name it. */
  schedule(...emails: readonly string[]): string;
  /** Until told otherwise, the pager cannot be asked. */
  away(is: boolean): void;
}

export function onCallContract(name: string, open: () => Promise<OnCallUnderTest>): void {
  describe(`on call: ${name}`, () => {
    let pager: OnCallUnderTest;
    beforeAll(async () => {
      pager = await open();
    });

    it("tells the addresses of all who are on call in the schedule, and of nobody else", async () => {
      const night = pager.schedule("ada@small.example", "sam@small.example");
      pager.schedule("vic@small.example");
      expect([...(await pager.onCall.onCall(pager.owner, night))].toSorted()).toEqual([
        "ada@small.example",
        "sam@small.example",
      ]);
    });

    it("tells of an empty schedule that there is nobody", async () => {
      expect(await pager.onCall.onCall(pager.owner, pager.schedule())).toEqual([]);
    });

    it("refuses a schedule that is not there, with a remedy", async () => {
      await expect(pager.onCall.onCall(pager.owner, "PNOTHERE")).rejects.toMatchObject({
        code: "channel_refused",
        remedy: expect.any(String),
      });
    });

    it("tells another tenant nothing", async () => {
      const schedule = pager.schedule("ada@small.example");
      await pager.onCall.onCall(pager.owner, schedule);
      await expect(pager.onCall.onCall(pager.other, schedule)).rejects.toMatchObject({
        code: "configuration_invalid",
      });
    });

    it("says that it cannot be asked", async () => {
      const schedule = pager.schedule("ada@small.example");
      pager.away(true);
      await expect(pager.onCall.onCall(pager.owner, schedule)).rejects.toMatchObject({
        code: "channel_unavailable",
        remedy: expect.any(String),
      });
      pager.away(false);
    });
  });
}
