import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel, Message } from "../../slack-platform/slack-platform.ts";
import { until } from "../../support/sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const manual = (way: string): string => `# Pump manual\n\nTo start the pump, ${way}.\n`;
const own = (company: SlackCompany, channel: Channel, ts: string): readonly Message[] =>
  channel.thread(ts).filter(({ user }) => user === company.workspace.installation?.botUserId);
const texts = (messages: readonly Message[]): readonly string[] => messages.map(({ text }) => text);
const newChannel = (company: SlackCompany, name: string, id?: string): Channel => {
  const { ada, sam, vic, fay } = company.people;
  const members = [ada, sam, vic, fay, { id: company.workspace.installation?.botUserId ?? "" }];
  return company.workspace.channel({ name, members, ...(id === undefined ? {} : { id }) });
};

/** Companies of one product, each with a workspace of its own. */
describe("over HTTP", () => {
  let product: SlackProduct;
  let refusedBefore = 0;
  beforeAll(async () => {
    product = await startSlackProduct();
  }, 180_000);
  beforeEach(() => {
    refusedBefore = product.platform.violations.length;
  });
  const refused = () => product.platform.violations.slice(refusedBefore);
  afterAll(() => product.close());

  describe("workspaces of several companies", () => {
    let acme: SlackCompany;
    let globex: SlackCompany;
    beforeAll(async () => {
      acme = await product.join("acme");
      globex = await product.join("globex");
      await acme.teach("pump.md", manual("turn the green key"));
      await globex.teach("pump.md", manual("pull the blue lever"));
    }, 180_000);
    afterEach(() => {
      expect(refused()).toEqual([]);
    });

    it("never see each other's anything, in channels of the same id, either", async () => {
      const here = newChannel(acme, "general", "C0SAME00001");
      const there = newChannel(globex, "general", "C0SAME00001");
      const [one, other] = await Promise.all([
        acme.people.sam.mention(here, "How do I start the pump?"),
        globex.people.sam.mention(there, "How do I start the pump?"),
      ]);
      await product.settled();
      expect(texts(own(acme, here, one.ts))).toEqual([expect.stringContaining("green key")]);
      expect(texts(own(globex, there, other.ts))).toEqual([expect.stringContaining("blue lever")]);
      await acme.people.vic.message(here, "And what about the blue lever?", { threadTs: one.ts });
      await acme.people.sam.slash("/expert", "departments", here);
      await acme.people.sam.slash("/expert", "ask what about the blue lever?", here);
      await acme.people.sam.openHome("home");
      await product.settled();
      const shown = JSON.stringify([
        here.messages().filter(({ user }) => user === acme.bot.botUserId),
        here.ephemerals(acme.people.sam),
        acme.people.sam.home(),
      ]);
      expect(shown).not.toMatch(/pull the|globex/i);
      const tenants = await product.rows<{ slug: string; threads: number }>(
        `select t.slug, count(*)::integer as threads from conversations c join tenants t on t.id = c.tenant_id
       where c.thread_key like '%C0SAME00001%' group by 1 order by 1`,
      );
      expect(tenants).toEqual([
        { slug: "acme", threads: 2 },
        { slug: "globex", threads: 1 },
      ]);
    });

    it("keep people apart who have the same id", async () => {
      const twin = { id: "U0TWIN00001", name: "Twin" };
      const left = acme.workspace.person({ ...twin, email: "fay@acme.example" });
      const right = globex.workspace.person({ ...twin, email: "nobody@else.example" });
      await left.slash("/expert", "status", acme.workspace.dm(left));
      await right.slash("/expert", "status", globex.workspace.dm(right));
      await product.settled();
      expect(texts(acme.workspace.dm(left).ephemerals(left)).at(-1)).toContain("Fay Finance");
      expect(texts(globex.workspace.dm(right).ephemerals(right)).at(-1)).toContain("guest");
    });

    it("cannot be taken by another company's link", async () => {
      await expect(product.addToSlack(globex.company, acme.people.ada)).rejects.toThrow(
        /belongs|another company/i,
      );
      const channel = newChannel(acme, "still-ours");
      const { ts } = await acme.people.sam.mention(channel, "How do I start the pump?");
      await product.settled();
      expect(texts(own(acme, channel, ts))).toEqual([expect.stringContaining("green key")]);
    });
  });

  describe("an installation for a whole organisation", () => {
    it("serves every workspace of it, for one company", async () => {
      const grid = product.platform.organisation({ name: "Grid" });
      const first = await product.join("grid", { organisation: grid });
      await first.teach("pump.md", manual("turn the green key"));
      const second = product.platform.workspace({ name: "Second", organisation: grid });
      const ann = second.person({ name: "Sam S.", email: "sam@grid.example" });
      const bot = second.installation;
      const channel = second.channel({ name: "general", members: [ann, bot!] });
      const here = newChannel(first, "general");
      const asked = await first.people.sam.mention(here, "How do I start the pump?");
      const { ts } = await ann.mention(channel, "How do I start the pump?");
      await ann.slash("/expert", "ask How do I start the pump?", channel);
      await ann.openHome("home");
      await product.settled();
      expect(texts(own(first, here, asked.ts))).toEqual([expect.stringContaining("green key")]);
      const answers = channel.thread(ts).filter(({ user }) => user === bot?.botUserId);
      expect(texts(answers)).toEqual([expect.stringContaining("green key")]);
      expect(texts(channel.ephemerals(ann)).at(-1)).toContain("green key");
      expect(ann.home()?.actionIds).toContain("home_ask");
      await ann.click(answers[0]!, "ask_human");
      await product.settled();
      expect(channel.thread(ts).at(-1)?.text).toContain("asked for a human");
      expect(refused()).toEqual([]);
    }, 180_000);
  });

  describe.each(["revokeTokens", "uninstall"] as const)("a workspace that ends it: %s", (how) => {
    it("hears nothing more, what waited ends clearly, and added again it is answered", async () => {
      const acme = await product.join(how.toLowerCase());
      const { tenantId } = acme.company;
      await acme.teach("pump.md", manual("turn the green key"));
      const channel = newChannel(acme, "general");
      const { sam } = acme.people;
      // What is being answered when the workspace ends it.
      let ended = false;
      product.platform.fail({
        method: "chat.postMessage",
        how: "http-500",
        times: Infinity,
        where: () => !ended,
      });
      const waiting = await sam.mention(channel, "How do I start the pump?");
      await until("it waits to be posted", async () => {
        const rows = await product.rows(
          "select from outbox where state = 'pending' and attempts > 0 and tenant_id = $1",
          [tenantId],
        );
        return rows.length === 1;
      });
      const ending = acme.workspace[how]();
      // It ends as it is told to.
      ended = true;
      await ending;
      await product.settled();
      const [installation] = await product.rows<{ state: string; sealed_tokens: string | null }>(
        "select state, sealed_tokens from installations where tenant_id = $1",
        [tenantId],
      );
      // Slack tells of both ends at once, in no certain order; the first counts.
      expect(installation?.state).toMatch(how === "uninstall" ? /^(uninstalled|revoked)$/ : /^revoked$/);
      expect(installation?.sealed_tokens).toBeNull();
      const [outbox] = await product.rows<{ state: string; last_error: string }>(
        "select state, last_error from outbox where tenant_id = $1",
        [tenantId],
      );
      expect(outbox?.state).toBe("dead");
      expect(outbox?.last_error).toMatch(/channel_refused/);
      const calls = product.platform.calls.length;
      if (how === "revokeTokens") {
        await sam.mention(channel, "How do I start the pump?");
        await product.settled();
        expect(product.platform.calls).toHaveLength(calls);
      }
      expect(own(acme, channel, waiting.ts)).toEqual([]);

      await product.addToSlack(acme.company, acme.people.ada);
      const again = newChannel(acme, "again");
      const { ts } = await sam.mention(again, "How do I start the pump?");
      await product.settled();
      expect(texts(own(acme, again, ts))).toEqual([expect.stringContaining("green key")]);
      expect(refused().filter(({ error }) => !/token_revoked|account_inactive/.test(error))).toEqual([]);
    }, 180_000);
  });
});

describe("Socket Mode", () => {
  it("answers mentions, commands and clicks, and through a reconnect", async () => {
    const product = await startSlackProduct({ transport: "socket" });
    try {
      const { platform } = product;
      await until("a socket is open", async () => platform.socketCount > 0);
      const acme = await product.join("acme");
      await acme.teach("pump.md", manual("turn the green key"));
      const channel = newChannel(acme, "general");
      const { sam } = acme.people;
      const asked = await sam.mention(channel, "How do I start the pump?");
      expect(asked.deliveries.map(({ status }) => status)).toEqual([200, 200]);
      await product.settled();
      expect(texts(own(acme, channel, asked.ts))).toEqual([expect.stringContaining("green key")]);
      await sam.slash("/expert", "ask How do I start the pump?", channel);
      await product.settled();
      expect(texts(channel.ephemerals(sam)).at(-1)).toContain("green key");
      await sam.click(own(acme, channel, asked.ts)[0]!, "ask_human");
      await product.settled();
      expect(own(acme, channel, asked.ts)).toHaveLength(2);

      platform.refreshSockets();
      const during = await Promise.all(
        Array.from({ length: 10 }, () => sam.mention(channel, "How do I start the pump?")),
      );
      await until("a socket is open again", async () => platform.socketCount > 0);
      for (const { deliveries } of during)
        for (const { eventId, status } of deliveries)
          if (status !== 200 && eventId !== undefined) await platform.redeliver(eventId);
      await product.settled();
      for (const { ts } of during)
        expect(texts(own(acme, channel, ts))).toEqual([expect.stringContaining("green key")]);
      expect(platform.violations).toEqual([]);
    } finally {
      await product.close();
    }
  }, 180_000);
});
