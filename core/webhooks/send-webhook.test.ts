import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ApprovalBench, approvalBench } from "../../tests/support/approval-bench.ts";
import { answerText, quoteBest } from "../../tests/support/turn-bench.ts";
import type { SettingsOf } from "../connections/connection-settings.ts";
import type { Connection } from "../connections/connection.ts";
import type { Dispatch } from "../dispatch/dispatch.ts";
import { ExpertError } from "../errors.ts";
import { type ConnectionId, type DispatchId, newId } from "../ids.ts";
import { sendWebhook, type SendWebhookPorts } from "./send-webhook.ts";
import { signWebhook } from "./sign-webhook.ts";

const secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "an-older-secret-of-24-bytes"];
const at = new Date("2026-11-21T08:00:00.500Z");

interface Posted {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

describe("sendWebhook", () => {
  let bench: ApprovalBench;
  let posted: Posted[];
  let fault: Error | null;
  let ports: SendWebhookPorts;
  beforeEach(async () => {
    bench = await approvalBench();
    posted = [];
    fault = null;
    ports = {
      database: bench.database,
      clock: { now: () => at },
      secrets: {
        open: (sealed, context) => {
          if (context !== `connection:${connection().id}`) throw new Error("another context");
          return sealed;
        },
      },
      webhooks: {
        async post(url, headers, body) {
          if (fault) throw fault;
          posted.push({ url, headers, body });
        },
      },
    };
  });

  const id = newId<ConnectionId>();
  const connection = (settings: Partial<SettingsOf<"webhook">> = {}): Connection => ({
    id,
    kind: "webhook",
    name: "ours",
    settings: { url: "https://hooks.example.com/in", events: ["question.answered"], ...settings },
    sealedSecrets: JSON.stringify({ signing_secrets: secrets }),
    state: "active",
    health: { failures: 0, openUntil: null, lastError: null, lastFailedAt: null, lastWorkedAt: null },
    cursor: null,
    createdAt: at,
  });
  const dispatch = (event: string, about: Readonly<Record<string, string | null>>): Dispatch => ({
    id: newId<DispatchId>(),
    connectionId: id,
    subject: `${id}/x`,
    body: { kind: "webhook", event, occurredAt: "2026-11-21T07:59:59.000Z", about },
    notBefore: null,
    attempt: 1,
    doubtSince: null,
    createdAt: at,
    begunAt: at,
  });
  const send = (sent: Dispatch, to = connection()) =>
    sendWebhook(ports, bench.company.tenantId, {
      dispatch: sent,
      connection: to,
      call: (work) => work(),
    });
  const dataOf = ({ body }: Pick<Posted, "body">): Record<string, unknown> =>
    (JSON.parse(body) as { data: Record<string, unknown> }).data;

  it("tells ids alone, signed with each secret over the very bytes that are sent", async () => {
    const { id: turn } = await bench.receive();
    const sent = dispatch("question.answered", { turn_id: turn, user_id: null, outcome: "answered" });
    expect(await send(sent)).toBe("done");
    const [{ url, headers, body }] = posted as [Posted];
    expect(url).toBe("https://hooks.example.com/in");
    expect(JSON.parse(body)).toEqual({
      id: sent.id,
      type: "question.answered",
      occurred_at: "2026-11-21T07:59:59.000Z",
      tenant: bench.company.tenantId,
      data: { turn_id: turn, user_id: null, outcome: "answered" },
    });
    expect(headers).toEqual(signWebhook(sent.id, at, body, secrets));
  });

  it("repeats itself under the same id, signed for the moment", async () => {
    const sent = dispatch("answer.sent", { turn_id: newId() });
    await send(sent);
    ports = { ...ports, clock: { now: () => new Date(at.getTime() + 60_000) } };
    await send({ ...sent, attempt: 2 });
    const [one, two] = posted as [Posted, Posted];
    expect([two.body, two.headers["webhook-id"]]).toEqual([one.body, one.headers["webhook-id"]]);
    expect(two.headers["webhook-timestamp"]).not.toBe(one.headers["webhook-timestamp"]);
    expect(two.headers["webhook-signature"]).not.toBe(one.headers["webhook-signature"]);
  });

  it("tells in words where the endpoint may have them, as they stand now", async () => {
    await bench.setPolicy({ required_for: "none" });
    const { id: turn } = await bench.receive();
    await bench.run(turn, { quoting: quoteBest });
    await send(dispatch("question.answered", { turn_id: turn }), connection({ with_text: true }));
    expect(dataOf(posted[0] as Posted)).toMatchObject({
      turn_id: turn,
      question: "How do I start the pump?",
      language: "en",
      asked_by: expect.stringMatching(/^Sam/) as unknown,
      answer: `${answerText} [1]`,
      sources: [{ number: 1, title: "Pump manual", quote: answerText }],
      withheld: false,
    });
  });

  it("tells of an approval the words that stand before its approvers", async () => {
    const approval = await bench.asked();
    await bench.seen("ada");
    const about = { approval_id: approval.id, turn_id: approval.turnId };
    await send(dispatch("approval.requested", about), connection({ with_text: true }));
    await bench.decide(approval.id, "ada", { kind: "correct", text: "Turn the red key." });
    await send(dispatch("approval.decided", about), connection({ with_text: true }));
    expect(posted.map((one) => dataOf(one)["answer"])).toEqual([
      approval.answer?.text,
      expect.stringContaining("Turn the red key."),
    ]);
  });

  it.each([
    ["that are restricted", { label: "restricted" as const }],
    ["that some alone may read", { readers: [] }],
  ])("never tells what rests on documents %s", async (_which, held) => {
    const approval = await bench.asked();
    bench.database.tables(bench.company.tenantId).approvals.forEach((row) => {
      Object.assign(row, held);
    });
    const about = { approval_id: approval.id, turn_id: approval.turnId };
    for (const event of ["approval.requested", "question.answered"])
      await send(dispatch(event, about), connection({ with_text: true }));
    for (const one of posted) {
      expect(dataOf(one)).toMatchObject({ answer: null, sources: [], withheld: true });
      expect(one.body).not.toContain("green key");
    }
  });

  it("tells what is left where the question is gone", async () => {
    const turn = newId();
    await send(
      dispatch("answer.feedback", { turn_id: turn, verdict: "up" }),
      connection({ with_text: true }),
    );
    expect(dataOf(posted[0] as Posted)).toEqual({ turn_id: turn, verdict: "up" });
  });

  it("throws what the sender does", async () => {
    fault = new ExpertError("channel_unavailable", "down");
    await expect(send(dispatch("answer.sent", {}))).rejects.toBe(fault);
  });

  it.each<[string, Partial<Connection>]>([
    ["settings", { settings: { url: "none" } }],
    ["no secrets", { sealedSecrets: null }],
    ["a short secret", { sealedSecrets: '{"signing_secrets":["short"]}' }],
  ])("says so where the endpoint cannot be used: %s", async (_what, change) => {
    await expect(send(dispatch("answer.sent", {}), { ...connection(), ...change })).rejects.toMatchObject({
      code: "configuration_invalid",
    });
    expect(posted).toEqual([]);
  });
});
