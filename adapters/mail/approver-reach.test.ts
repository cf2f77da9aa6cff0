import { beforeEach, describe, expect, it } from "@jest/globals";
import type { ApproverReach } from "../../core/approvals/approver-reach.ts";
import { findPlace } from "../../core/approvals/cards.ts";
import type { ChannelName } from "../../core/delivery/channel-name.ts";
import { type ApprovalBench, approvalBench } from "../../tests/support/approval-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import { createMailReach } from "./approver-reach.ts";
import { isDeliverable } from "./mail-place.ts";

describe("how people are reached by mail", () => {
  let bench: ApprovalBench;
  beforeEach(async () => {
    bench = await approvalBench();
    (bench.ports.reach as Map<ChannelName, ApproverReach>).set("mail", createMailReach(bench));
  });
  const ada = () => personOf(bench.company, "ada");
  const approver = async (channel: "web" | "slack" | "mail" | null = null) => {
    await bench.database.withTenant(bench.company.tenantId, ({ members }) =>
      members.setApprovalChannel(ada(), channel),
    );
    const [person] = await bench.database.withTenant(bench.company.tenantId, ({ approvals }) =>
      approvals.people([ada()]),
    );
    if (!person) throw new Error("there is no Ada");
    return person;
  };
  const placeOf = async (channel: Parameters<typeof approver>[0] = null) =>
    findPlace(bench.ports, bench.company.tenantId, await approver(channel));

  it("is the last way, for whom no chat knows", async () => {
    const byMail = { channel: "mail", place: { threadKey: `mail:${ada()}`, address: { user: ada() } } };
    expect(await placeOf()).toEqual(byMail);
    // Known by now, and found in the same place.
    expect(await placeOf()).toEqual(byMail);
    await bench.seen("ada");
    expect(await placeOf()).toMatchObject({ channel: "slack" });
  });

  it("is the first way for whom it is the wanted one, and none for whom the web is", async () => {
    await bench.seen("ada");
    expect(await placeOf("mail")).toMatchObject({ channel: "mail" });
    expect(await placeOf("web")).toBeNull();
  });

  it("brings an approval to whom no chat knows", async () => {
    const approval = await bench.asked();
    expect(bench.notes(`mail:${ada()}`)).toMatchObject([
      { kind: "approval_card", approvalId: approval.id, viewer: ada() },
    ]);
  });

  it("tells an asker who may have left the web what was decided", async () => {
    const approval = await bench.asked();
    const sam = `mail:${personOf(bench.company, "sam")}`;
    expect(bench.notes(sam)).toEqual([]);
    await bench.decide(approval.id, "ada", { kind: "approve" });
    await bench.step(approval.id);
    await bench.step(approval.id);
    expect(bench.notes(sam)).toMatchObject([
      { kind: "moved_here", from: "web", message: { note: { kind: "answer_verified" } } },
    ]);
  });

  it("leaves an asker alone who wants everything on the web", async () => {
    await bench.database.withTenant(bench.company.tenantId, ({ members }) =>
      members.setApprovalChannel(personOf(bench.company, "sam"), "web"),
    );
    const approval = await bench.asked();
    await bench.decide(approval.id, "ada", { kind: "approve" });
    await bench.step(approval.id);
    expect(bench.notes(`mail:${personOf(bench.company, "sam")}`)).toEqual([]);
  });

  it("finds nobody by an address that is nobody's, or that takes no mail", async () => {
    const reach = createMailReach(bench);
    expect(await reach.lookUp(bench.company.tenantId, "nobody@small.example")).toBeNull();
    expect(await reach.lookUp(bench.company.tenantId, "u1@t1.guest.invalid")).toBeNull();
    expect(await reach.lookUp(bench.company.tenantId, "ADA@small.example")).toMatchObject({
      place: { threadKey: `mail:${ada()}` },
    });
  });

  it.each([
    ["sam@acme.example", true],
    ["สมชาย@ตัวอย่าง.ไทย", true],
    ["a.b+c@acme.example", true],
    ["sam@acme.example, eve@evil.example", false],
    ["sam@acme.example\r\nBcc: eve@evil.example", false],
    ["<sam@acme.example>", false],
    ["sam", false],
    ["u1@t1.guest.invalid", false],
  ])("takes %j for an address that mail can come to: %s", (email, expected) => {
    expect(isDeliverable(email)).toBe(expected);
  });
});
