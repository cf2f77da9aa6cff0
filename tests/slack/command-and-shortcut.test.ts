import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel, View } from "../slack-platform/slack-platform.ts";
import { departmentOf } from "../support/sample-work.ts";
import { handlingBench, type HandlingBench } from "./handling-bench.ts";

let bench: HandlingBench;
let general: Channel;
beforeEach(async () => {
  bench = await handlingBench();
  const { sam, vic } = bench.people;
  general = bench.acme.channel({ name: "general", members: [sam, vic, bench.bot] });
});
afterEach(() => bench.close());
const clean = (): void => expect(bench.platform.violations).toEqual([]);
const told = (person: HandlingBench["people"]["sam"], channel = general): readonly string[] =>
  channel.ephemerals(person).map(({ text }) => text);

describe("the command", () => {
  it("answers a question to the person alone, and says at once that it is looked for", async () => {
    const { fay } = bench.people;
    await general.join(fay);
    await fay.slash("/expert", "ask when are invoices due?", general);
    await bench.settled();
    const [asked] = bench.questions();
    expect(asked).toMatchObject({ question: "when are invoices due?" });
    expect(asked).toMatchObject({ shared: false, address: { user: fay.id, team: bench.acme.id } });
    expect(asked?.placeScope).toBeUndefined();
    expect(asked?.threadKey).toBe(`slack:${bench.acme.id}:${general.id}:-:${fay.id}:${asked!.id}`);
    await bench.answer(asked!.id, "On the 30th.");
    expect(told(fay)).toEqual([expect.stringContaining("Looking"), expect.stringContaining("On the 30th.")]);
    expect(general.messages()).toEqual([]);
    clean();
  });

  it("reaches the person also where the bot is not", async () => {
    const { sam } = bench.people;
    const elsewhere = bench.acme.channel({ name: "elsewhere", members: [sam] });
    await sam.slash("/expert", "how do I start the pump?", elsewhere);
    await bench.settled();
    await bench.answer(bench.questions()[0]!.id, "Open the valve.");
    expect(told(sam, elsewhere)).toEqual([
      expect.stringContaining("Looking"),
      expect.stringContaining("Open the valve."),
    ]);
  });

  it("helps, lists departments and tells what is open", async () => {
    const { sam } = bench.people;
    await sam.mention(general, "how do I start the pump?");
    await bench.settled();
    for (const text of ["", "help", "hepl", "departments", "status"])
      await sam.slash("/expert", text, general);
    await bench.settled();
    const [empty, help, unknown, departments, status] = told(sam);
    expect(new Set([empty, help, unknown])).toEqual(new Set([expect.stringContaining("/expert ask")]));
    expect(departments).toContain("Operations");
    expect(departments).not.toContain("Finance");
    expect(status).toContain("how do I start the pump?");
    expect(status).toContain("no language model is used");
    expect(bench.questions()).toHaveLength(1);
    clean();
  });

  it("tells a stranger without a department what to do", async () => {
    const stranger = bench.acme.person({ name: "Nobody", email: "nobody@small.example" });
    const { departments } = bench.database.tables(bench.company.tenantId);
    for (const department of departments) Object.assign(department, { guests: false });
    await general.join(stranger);
    await stranger.slash("/expert", "how do I start the pump?", general);
    await stranger.mention(general, "how do I start the pump?");
    await bench.settled();
    expect(bench.questions()).toEqual([]);
    const refusal = expect.stringContaining("Ask your administrator to add you") as unknown;
    expect(told(stranger)).toEqual([refusal, refusal]);
    clean();
  });
});

describe("the message shortcut", () => {
  const form = async (text: string, channel = general): Promise<View> => {
    const { sam, vic } = bench.people;
    const { message } = await vic.message(channel, text);
    await sam.shortcut(message, "ask_about_message");
    await bench.settled();
    const view = sam.modals().at(-1);
    if (!view) throw new Error("no form was opened");
    return view;
  };

  it("offers the message as a question, and answers in its thread", async () => {
    const { sam, vic } = bench.people;
    const view = await form("the pump makes *noise*");
    expect(JSON.stringify(view.blocks)).toContain("the pump makes **noise**");
    await sam.submit(view, {
      question: "why does the pump make noise?",
      department: departmentOf(bench.company, "operations"),
      answer_where: "thread",
    });
    await bench.settled();
    const [asked] = bench.questions();
    const [message] = general.messages();
    expect(asked).toMatchObject({
      question: "why does the pump make noise?",
      departmentId: departmentOf(bench.company, "operations"),
      threadKey: `slack:${bench.acme.id}:${general.id}:${message!.ts}`,
      shared: true,
    });
    await bench.answer(asked!.id, "It runs dry.");
    const [, shown, answer] = general.thread(message!.ts);
    expect(shown?.text).toContain("why does the pump make noise?");
    expect(answer?.text).toContain("It runs dry.");
    expect(told(vic)).toEqual([]);
    clean();
  });

  it("answers to the person alone where they want that", async () => {
    const { sam } = bench.people;
    await sam.submit(await form("the pump makes noise"), {
      question: "why?",
      department: "any",
      answer_where: "person",
    });
    await bench.settled();
    const [asked] = bench.questions();
    expect(asked).toMatchObject({ shared: false, departmentId: null });
    await bench.answer(asked!.id, "It runs dry.");
    expect(told(sam)).toEqual([expect.stringContaining("It runs dry.")]);
    expect(general.messages()).toHaveLength(1);
    clean();
  });

  it("offers no thread where the bot is not in the channel", async () => {
    const { sam, vic } = bench.people;
    const elsewhere = bench.acme.channel({ name: "elsewhere", members: [sam, vic] });
    const view = await form("the pump makes noise", elsewhere);
    expect(JSON.stringify(view.blocks)).not.toContain('"thread"');
    await sam.submit(view, { question: "why?" });
    await bench.settled();
    await bench.answer(bench.questions()[0]!.id, "It runs dry.");
    expect(told(sam, elsewhere)).toEqual([expect.stringContaining("It runs dry.")]);
  });

  it("takes the message's files along", async () => {
    const { sam, vic } = bench.people;
    const files = [{ name: "pump.md", content: "Open the valve first.", mimetype: "text/markdown" }];
    const { message } = await vic.message(general, "see here", { files });
    await sam.shortcut(message, "ask_about_message");
    await bench.settled();
    await sam.submit(sam.modals().at(-1)!, { question: "what first?" });
    await bench.settled();
    expect(bench.questions()).toHaveLength(1);
    const { attachments } = bench.database.tables(bench.company.tenantId);
    expect(attachments.map(({ name, state }) => [name, state])).toEqual([["pump.md", "read"]]);
    clean();
  });
});
