import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Channel, RawRequest } from "../../slack-platform/slack-platform.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const kinds = ["events", "interactivity", "commands"] as const;
type Kind = (typeof kinds)[number];
const kept: Readonly<Record<Kind, string>> = {
  events: "events",
  interactivity: "interactions",
  commands: "commands",
};
const form = "application/x-www-form-urlencoded";

describe("requests that are not Slack's", () => {
  let product: SlackProduct;
  let small: SlackCompany;
  let general: Channel;
  const genuine = new Map<Kind, { readonly body: string; readonly contentType: string }>();
  beforeAll(async () => {
    product = await startSlackProduct();
    small = await product.join();
    await small.teach("pump.md", "# Pump manual\n\nTo start the pump, open the inlet valve.\n");
    const { sam } = small.people;
    general = small.workspace.channel({ name: "general", members: [sam, small.bot] });
    const asked = await sam.mention(general, "How do I start the pump?");
    await product.settled();
    await sam.slash("/expert", "help", general);
    await sam.click(general.thread(asked.ts).at(-1)!, "ask_human");
    await product.settled();
    const bodyOf = (kind: string) => product.platform.deliveries.find((each) => each.kind === kind)!.body;
    const event = { ...bodyOf("event"), event_id: "Ev0FORGED0001" };
    genuine.set("events", { body: JSON.stringify(event), contentType: "application/json" });
    const click = { ...bodyOf("interactive"), trigger_id: "1.2.forged" };
    const payload = new URLSearchParams({ payload: JSON.stringify(click) }).toString();
    genuine.set("interactivity", { body: payload, contentType: form });
    const command = { ...(bodyOf("command") as Record<string, string>), trigger_id: "1.3.forged" };
    genuine.set("commands", { body: new URLSearchParams(command).toString(), contentType: form });
  }, 180_000);
  afterAll(() => product.close());

  const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1_000) - seconds;
  const refusedRows = (kind: Kind) =>
    product.rows<{ reason: string }>(
      `select metadata ->> 'reason' as reason from audit_events
       where event = 'auth.denied' and status = 'denied' and tenant_id = $1 and metadata ->> 'kind' = $2 order by position`,
      [small.company.tenantId, kept[kind]],
    );
  const count = async (): Promise<number> => (await product.rows("select from inbox")).length;

  const forgeries: readonly (readonly [string, () => Partial<RawRequest>])[] = [
    ["signed with another secret", () => ({ signingSecret: "0123456789abcdef0123456789abcdef" })],
    ["unsigned", () => ({ signature: null })],
    ["without a time", () => ({ timestamp: null })],
    ["replayed after six minutes", () => ({ timestamp: secondsAgo(360) })],
    ["from the future", () => ({ timestamp: secondsAgo(-360) })],
    ["with a signature that was cut", () => ({ signature: "v0=abcdef" })],
  ];

  describe.each(kinds)("%s", (kind) => {
    it.each(forgeries)("are refused and recorded: %s", async (_what, change) => {
      const { body, contentType } = genuine.get(kind)!;
      const [rows, audited] = [await count(), (await refusedRows(kind)).length];
      const { status } = await product.platform.send({ to: kind, body, contentType, ...change() });
      expect(status).toBe(401);
      expect(await count()).toBe(rows);
      const told = (await refusedRows(kind)).slice(audited);
      expect(told).toEqual([{ reason: expect.stringMatching(/\S/) }]);
    });

    it("are refused and recorded: with a body that was cut after it was signed", async () => {
      const { body, contentType } = genuine.get(kind)!;
      const [rows, audited] = [await count(), (await refusedRows(kind)).length];
      const timestamp = secondsAgo(0);
      const signature = `v0=${createHmac("sha256", product.platform.app.signingSecret)
        .update(`v0:${String(timestamp)}:${body}`)
        .digest("hex")}`;
      const cut = body.slice(0, Math.floor(body.length * 0.8));
      const { status } = await product.platform.send({
        to: kind,
        body: cut,
        contentType,
        timestamp,
        signature,
      });
      expect(status).toBe(401);
      expect(await count()).toBe(rows);
      expect(await refusedRows(kind)).toHaveLength(audited + 1);
    });
  });

  it("change nothing that people see, while Slack's own are answered", async () => {
    const shown = general.messages().length;
    for (const kind of kinds) {
      const { body, contentType } = genuine.get(kind)!;
      await product.platform.send({ to: kind, body, contentType, signature: null });
    }
    await product.settled();
    expect(general.messages()).toHaveLength(shown);
    const { sam } = small.people;
    const { ts } = await sam.mention(general, "How do I start the pump?");
    await product.settled();
    expect(general.thread(ts)).toHaveLength(2);
    expect(product.platform.violations).toEqual([]);
  });
});
