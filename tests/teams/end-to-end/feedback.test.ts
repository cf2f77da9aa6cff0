import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { answersAmong, cardOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Json, Message, Place } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";

interface Verdict {
  readonly verdict: string;
  readonly reason: string | null;
  readonly email: string;
}

describe("opinions about answers in Teams", () => {
  let product: TeamsProduct;
  let people: TeamsProduct["people"];
  let general: Place;
  beforeAll(async () => {
    product = await startTeamsProduct();
    ({ people } = product);
    await product.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    await product.installForAll();
    const team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.settled();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  const ask = async (): Promise<Message> => {
    const { id } = await people.sam.mention(general, "How do I start the pump?");
    await product.settled();
    const [answer] = answersAmong(general.thread(id));
    if (!answer) throw new Error("there is no answer");
    return answer;
  };
  /** The verdicts on an answer, by whom. */
  const verdicts = ({ id }: Message): Promise<readonly Verdict[]> =>
    product.rows<Verdict & Record<string, unknown>>(
      `select f.verdict, f.reason, u.email from feedback f join users u on u.id = f.user_id
       where f.turn_id = (select turn_id from outbox where message_ref ->> 'activityId' = $1)
       order by u.email`,
      [id],
    );
  const formOf = (answer: unknown): Json => {
    const { task } = answer as { task: { value: { title: string; card: { content: Json } } } };
    return { title: task.value.title, card: task.value.card.content };
  };

  it("are asked for in a form that knows why an answer is bad, and stored with the reason", async () => {
    const { sam } = people;
    const answer = await ask();
    const opened = await sam.openFeedback(answer, "dislike");
    const { title, card } = formOf(opened.answer);
    expect(title).toBe("Your feedback");
    const body = (card as { body: readonly { id: string; choices?: readonly { value: string }[] }[] }).body;
    expect(body.map(({ id }) => id)).toEqual(["feedback_reason", "feedback_comment"]);
    expect(body[0]?.choices?.map(({ value }) => value)).toContain("outdated");
    const sent = await sam.rate(answer, "dislike", {
      feedback_reason: "outdated",
      feedback_comment: "The key is blue now.",
    });
    expect(sent).toMatchObject({ status: 200, answer: {} });
    await product.settled();
    const [stored, ...more] = await verdicts(answer);
    expect(more).toEqual([]);
    expect(stored).toMatchObject({ verdict: "down", email: "sam@small.example" });
    expect(stored?.reason).toMatch(/outdated[^]*The key is blue now\./i);
  });

  it("ask for no reason where an answer is good, and count without words", async () => {
    const { sam } = people;
    const answer = await ask();
    const { card } = formOf((await sam.openFeedback(answer, "like")).answer);
    expect(JSON.stringify(card)).not.toContain("feedback_reason");
    await sam.rate(answer, "like");
    await product.settled();
    expect(await verdicts(answer)).toEqual([{ verdict: "up", reason: null, email: "sam@small.example" }]);
  });

  it("are each person's own, the last one counts, and sent again they change nothing", async () => {
    const { sam, vic } = people;
    const answer = await ask();
    const first = await sam.rate(answer, "dislike", { feedback_reason: "wrong", feedback_comment: "No." });
    await product.settled();
    await vic.rate(answer, "like", { feedback_comment: "Right." });
    await sam.rate(answer, "like");
    await product.settled();
    await product.platform.redeliver(first, 3);
    await product.settled();
    expect(await verdicts(answer)).toEqual([
      { verdict: "up", reason: null, email: "sam@small.example" },
      { verdict: "up", reason: "Right.", email: "vic@small.example" },
    ]);
    const audit = await product.rows<{ verdict: string }>(
      "select metadata ->> 'verdict' as verdict from audit_events where event = 'chat.feedback' order by position desc limit 3",
    );
    expect(audit.map(({ verdict }) => verdict).toSorted()).toEqual(["down", "up", "up"]);
  });

  it("may be given in the personal chat, whichever part of an answer Teams rates, and below no card", async () => {
    const { vic } = people;
    await vic.message(vic.chat, "How do I start the pump?");
    await product.settled();
    const [answer, card] = product.ofBot(vic.chat.messages()).slice(-2);
    await vic.rate(answer!, "like");
    await product.settled();
    expect(await verdicts(answer!)).toMatchObject([{ verdict: "up", email: "vic@small.example" }]);
    await expect(vic.rate(card!, "like")).rejects.toThrow("cannot be rated");
    expect(cardOf(card!)).not.toHaveProperty("refresh");
  });

  it("about what is no answer any more end with a clear word to the person alone", async () => {
    const { sam } = people;
    const answer = await ask();
    const before = product.ofBot(sam.chat.messages()).length;
    await product.rows("update outbox set message_ref = '{}' where message_ref ->> 'activityId' = $1", [
      answer.id,
    ]);
    const sent = await sam.rate(answer, "like");
    expect(sent.status).toBe(200);
    await product.settled();
    const told = product.ofBot(sam.chat.messages()).slice(before);
    expect(told.map(saidBy)).toEqual([expect.stringContaining("does not exist any more")]);
  });
});
