import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel } from "../slack-platform/slack-platform.ts";
import { departmentOf } from "../support/sample-work.ts";
import { handlingBench, type HandlingBench } from "./handling-bench.ts";

describe("asking in Slack", () => {
  let bench: HandlingBench;
  let general: Channel;
  beforeEach(async () => {
    bench = await handlingBench();
    const { sam, vic } = bench.people;
    general = bench.acme.channel({ name: "general", members: [sam, vic, bench.bot] });
  });
  afterEach(() => bench.close());
  const clean = (): void => expect(bench.platform.violations).toEqual([]);

  it("takes a mention for a question of the person, in the thread, read by everyone of the company", async () => {
    const { sam } = bench.people;
    const sent = await sam.mention(general, "how do I *start* the pump?");
    await bench.settled();
    const [asked, ...others] = bench.questions();
    expect(others).toEqual([]);
    expect(asked).toMatchObject({
      question: "how do I **start** the pump?",
      departmentId: null,
      threadKey: `slack:${bench.acme.id}:${general.id}:${sent.ts}`,
      shared: true,
      placeScope: { departments: { [departmentOf(bench.company, "operations")]: "public" }, principals: [] },
      address: { user: sam.id, team: bench.acme.id, ts: sent.ts, language: "en" },
    });
    clean();
  });

  it("asks a department that is named, where the person may ask it", async () => {
    const { fay, sam } = bench.people;
    await fay.dm("Finance: when are invoices due?");
    await sam.dm("finance: when are invoices due?");
    await bench.settled();
    expect(bench.questions().map(({ question, departmentId }) => [question, departmentId])).toEqual([
      ["when are invoices due?", departmentOf(bench.company, "finance")],
      ["finance: when are invoices due?", null],
    ]);
  });

  it("answers follow-ups without a mention in its own threads only, and leaves people alone", async () => {
    const { sam, vic } = bench.people;
    const talk = await sam.message(general, "lunch?");
    await vic.message(general, "yes, where?", { threadTs: talk.ts });
    const { ts } = await sam.mention(general, "how do I start the pump?");
    await bench.settled();
    const [first] = bench.questions();
    await bench.answer(first!.id);
    await vic.message(general, "and how do I stop it?", { threadTs: ts });
    await vic.message(general, `<@${sam.id}> did that help?`, { threadTs: ts });
    await sam.message(general, "Thanks! :tada:", { threadTs: ts });
    await bench.settled();
    expect(bench.questions().map(({ question }) => question)).toEqual([
      "how do I start the pump?",
      "and how do I stop it?",
    ]);
    expect(general.ephemerals(sam)).toEqual([]);
    expect(general.ephemerals(vic)).toEqual([]);
    clean();
  });

  it("asks once what names it, in whichever event it comes, and the first edit that names it", async () => {
    const { sam } = bench.people;
    const asked = await sam.mention(general, "how do I start the pump?");
    await sam.edit(asked.message, `<@${bench.bot.botUserId}> how do I start the old pump?`);
    const talk = await sam.message(general, "how do I stop it?");
    await sam.edit(talk.message, `<@${bench.bot.botUserId}> how do I stop it?`);
    await sam.edit(talk.message, `<@${bench.bot.botUserId}> how do I stop the pump?`);
    await bench.settled();
    expect(asked.deliveries.map(({ type }) => type)).toEqual(["app_mention", "message"]);
    expect(bench.questions().map(({ question }) => question)).toEqual([
      "how do I start the pump?",
      "how do I stop it?",
    ]);
    clean();
  });

  it("asks where Slack tells of a mention by message alone, and not who the bot is", async () => {
    const { sam } = bench.people;
    const say = (ts: string, text: string) =>
      bench.platform.send({
        to: "events",
        body: JSON.stringify({
          type: "event_callback",
          event_id: `Ev${ts}`,
          team_id: bench.acme.id,
          event: { type: "message", channel_type: "channel", channel: general.id, user: sam.id, ts, text },
        }),
      });
    await say("10.1", `<@${bench.bot.botUserId}> how do I start the pump?`);
    await say("10.2", `<@${bench.people.vic.id}> lunch?`);
    await bench.settled();
    expect(bench.questions().map(({ question }) => question)).toEqual(["how do I start the pump?"]);
    expect(general.ephemerals(sam)).toEqual([]);
  });

  it("is silent where a human has taken the thread over, and tells whoever names it", async () => {
    const { sam, ada } = bench.people;
    await general.join(ada);
    const { ts } = await sam.mention(general, "how do I start the pump?");
    await bench.settled();
    const [first] = bench.questions();
    await bench.answer(first!.id);
    const conversation = bench.database
      .tables(bench.company.tenantId)
      .conversations.get(first!.conversationId)!;
    conversation.heldBy = [...bench.company.people].find(([email]) => email.startsWith("ada"))![1];
    await sam.message(general, "and how do I stop it?", { threadTs: ts });
    await bench.settled();
    expect(general.ephemerals(sam)).toEqual([]);
    await sam.mention(general, "and how do I stop it?", { threadTs: ts });
    await bench.settled();
    expect(bench.questions()).toHaveLength(1);
    expect(general.ephemerals(sam).map(({ text }) => text)).toEqual([
      expect.stringContaining("Ada Admin has taken over this thread"),
    ]);
    clean();
  });

  it("shows examples to whoever names it and asks nothing", async () => {
    const { sam } = bench.people;
    await sam.mention(general, "");
    await bench.settled();
    expect(bench.questions()).toEqual([]);
    expect(general.ephemerals(sam).map(({ text }) => text)).toEqual([
      expect.stringContaining("How do I start the pump?"),
    ]);
    expect(general.messages()).toHaveLength(1);
    clean();
  });

  it("refuses what it cannot take, to the person alone and in their language", async () => {
    const thai = bench.acme.person({ name: "Somchai", email: "vic@small.example", locale: "th-TH" });
    await general.join(thai);
    await thai.mention(general, "x".repeat(8_001));
    await bench.settled();
    expect(bench.questions()).toEqual([]);
    expect(general.messages()).toHaveLength(1);
    expect(general.ephemerals(thai).map(({ text }) => text)).toEqual([expect.stringContaining("8000")]);
    expect(general.ephemerals(thai)[0]?.text).toContain("คำถามยาวเกินไป");
    clean();
  });

  it("takes people whom the company does not know for guests, and shows guests' knowledge where they read along", async () => {
    const guest = bench.acme.person({ name: "Guest", email: "guest@else.example", restricted: true });
    await general.join(guest);
    await guest.mention(general, "how do I start the pump?");
    await bench.settled();
    const [asked] = bench.questions();
    const operations = departmentOf(bench.company, "operations");
    expect(asked?.placeScope).toEqual({ departments: { [operations]: "public" }, principals: [] });
    const members = bench.database.tables(bench.company.tenantId).members;
    expect([...members.values()].filter(({ roles }) => roles.includes("guest"))).toEqual([
      expect.objectContaining({ name: "Guest" }),
    ]);
    clean();
  });

  it("uses in a private channel what each of its members may read", async () => {
    const { sam, ada } = bench.people;
    const room = bench.acme.channel({ name: "room", private: true, members: [sam, ada, bench.bot] });
    await ada.mention(room, "how do I start the pump?");
    await bench.settled();
    expect(bench.questions()[0]?.placeScope).toEqual({
      departments: { [departmentOf(bench.company, "operations")]: "confidential" },
      principals: [],
    });
    clean();
  });

  it("reads the files of a message, keeps pictures, and tells of the rest without stopping the question", async () => {
    const { sam } = bench.people;
    const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
    await sam.dm("what do these say?", {
      files: [
        { name: "pump.md", content: "# Pump\n\nOpen the valve first.", mimetype: "text/markdown" },
        { name: "photo.png", content: png, mimetype: "image/png" },
        { name: "blob.bin", content: new Uint8Array([1, 0, 2]), mimetype: "application/octet-stream" },
        { name: "large.txt", content: "x".repeat(1_001), mimetype: "text/plain" },
      ],
    });
    await bench.settled();
    expect(bench.questions()).toHaveLength(1);
    const [asked] = bench.questions();
    const rows = bench.database.tables(bench.company.tenantId).attachments;
    expect(
      rows.map(({ name, state, failure, passages }) => [name, state, failure?.code, passages.length]),
    ).toEqual([
      ["pump.md", "read", undefined, 1],
      ["photo.png", "image", undefined, 0],
      ["blob.bin", "unreadable", "document_unsupported", 0],
      ["large.txt", "unreadable", "upload_too_large", 0],
    ]);
    expect(rows[0]).toMatchObject({
      turnId: asked?.id,
      conversationId: asked?.conversationId,
      link: expect.stringMatching(/^https?:/) as unknown,
    });
    expect(rows[1]?.contentHash).toMatch(/^[0-9a-f]{64}$/);
    clean();
  });
});
