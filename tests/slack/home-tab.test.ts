import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Person } from "../slack-platform/slack-platform.ts";
import { departmentOf } from "../support/sample-work.ts";
import { handlingBench, type HandlingBench } from "./handling-bench.ts";

describe("the Home tab", () => {
  let bench: HandlingBench;
  beforeEach(async () => {
    bench = await handlingBench();
  });
  afterEach(() => bench.close());
  const clean = (): void => expect(bench.platform.violations).toEqual([]);
  const home = async (person: Person): Promise<string> => {
    await person.openHome("home");
    await bench.settled();
    return JSON.stringify(person.home()?.blocks);
  };

  it("shows a person their departments, what is open and how to ask", async () => {
    const { sam, fay } = bench.people;
    expect(await home(sam)).toContain("How do I start the pump?");
    expect(await home(sam)).not.toContain("Finance");
    expect(await home(fay)).toContain("Finance");
    await sam.dm("how do I start the pump?");
    await bench.settled();
    const open = await home(sam);
    expect(open).toContain("has been received");
    expect(open).toContain('"url"');
    clean();
  });

  it("takes a question, shows it in the direct messages, and answers there", async () => {
    const { sam } = bench.people;
    await home(sam);
    await sam.click(sam.home()!, "home_question", "how do I stop the pump?");
    await bench.settled();
    const dm = bench.acme.dm(sam);
    const [root] = dm.messages();
    expect(root?.text).toContain("how do I stop the pump?");
    const [asked] = bench.questions();
    expect(asked).toMatchObject({
      threadKey: `slack:${bench.acme.id}:${dm.id}:${root!.ts}`,
      shared: false,
      address: { user: sam.id, ts: root!.ts },
    });
    await bench.answer(asked!.id, "Close the valve.");
    expect(dm.thread(root!.ts).map(({ text }) => text)).toEqual([
      expect.stringContaining("how do I stop the pump?"),
      expect.stringContaining("Close the valve."),
    ]);
    expect(JSON.stringify(sam.home()?.blocks)).toContain("Asked.");
    clean();
  });

  it("says what is wrong with a question on the tab itself", async () => {
    const { sam } = bench.people;
    await home(sam);
    await sam.click(sam.home()!, "home_ask");
    await bench.settled();
    expect(bench.questions()).toEqual([]);
    expect(bench.acme.dm(sam).messages()).toEqual([]);
    expect(JSON.stringify(sam.home()?.blocks)).toContain("The question is empty.");
    clean();
  });

  it("lets an expert take over what waits, and shows it as theirs", async () => {
    const { sam, ada } = bench.people;
    const general = bench.acme.channel({ name: "general", members: [sam, ada, bench.bot] });
    const { ts } = await sam.mention(general, "operations: how do I start the pump?");
    await bench.settled();
    const [asked] = bench.questions();
    expect(asked?.departmentId).toBe(departmentOf(bench.company, "operations"));
    await bench.answer(asked!.id);
    await sam.click(general.thread(ts).at(-1)!, "ask_human");
    await bench.settled();
    expect(await home(ada)).toContain("asked by Sam Staff, Operations");
    await ada.click(ada.home()!, "take_over");
    await bench.settled();
    const after = JSON.stringify(ada.home()?.blocks);
    expect(after).toContain("taken over by you");
    expect(after).toContain("give_back");
    clean();
  });

  it("explains to guests what they can ask", async () => {
    const guest = bench.acme.person({ name: "Guest", email: "guest@else.example", restricted: true });
    const shown = await home(guest);
    expect(shown).toContain("You are a guest here");
    expect(shown).not.toContain("Waits for me");
    clean();
  });

  it("greets once where the messages tab is opened twice at a time", async () => {
    const { sam } = bench.people;
    await Promise.all([sam.openHome("messages"), sam.openHome("messages"), sam.openHome("messages")]);
    await bench.settled();
    expect(bench.acme.dm(sam).messages()).toHaveLength(1);
  });

  it("greets in the messages tab once ever, and suggests questions each time", async () => {
    const { sam } = bench.people;
    const dm = bench.acme.dm(sam);
    await sam.openHome("messages");
    await bench.settled();
    await sam.openHome("messages");
    await bench.settled();
    expect(dm.messages().map(({ text }) => text)).toEqual([expect.stringMatching(/^Hello Sam\./)]);
    expect(dm.suggestedPrompts().map(({ message }) => message)).toEqual(["How do I start the pump?"]);
    clean();
  });
});
