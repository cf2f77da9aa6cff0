import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { pause } from "../../support/sample-work.ts";
import { answersAmong } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Fault, Json, Message, Operation, Person, Place } from "../../teams-platform/teams-platform.ts";

const hows: Readonly<Record<string, Fault["how"]>> = {
  "412": { status: 412, code: "PreconditionFailed" },
  "429 with a pause": { status: 429, code: "Throttled", retryAfter: 1 },
  "429 without one": { status: 429, code: "Throttled" },
  "500": { status: 500 },
  "502": { status: 502 },
  "504": { status: 504 },
  "a connection lost before": "close-connection",
  "a connection lost after": "close-after-effect",
  "a delay": { delayMs: 1_500 },
};

/** Of an activity: its part in a stream. */
const streamOf = (body: Json): Json | undefined =>
  (Array.isArray(body["entities"]) ? (body["entities"] as readonly Json[]) : []).find(
    ({ type }) => type === "streaminfo",
  );
const isLabelled = (body: Json): boolean => JSON.stringify(body).includes("AIGeneratedContent");

interface Call {
  readonly kind: "personal" | "channel";
  readonly operation: Operation;
  readonly is?: (body: Json) => boolean;
  /** Made while the answer is written. */
  readonly early?: true;
}
const calls: Readonly<Record<string, Call>> = {
  "what a stream begins with": {
    kind: "personal",
    operation: "send",
    is: (body) => streamOf(body)?.["streamSequence"] === 1,
    early: true,
  },
  "a part of a stream": {
    kind: "personal",
    operation: "send",
    is: (body) => Number(streamOf(body)?.["streamSequence"]) > 1,
    early: true,
  },
  "a stream's end": {
    kind: "personal",
    operation: "send",
    is: (body) => streamOf(body)?.["streamType"] === "final",
  },
  "the progress in a channel": {
    kind: "channel",
    operation: "send",
    is: (body) => !("attachments" in body) && !isLabelled(body),
    early: true,
  },
  "the answer in its place": { kind: "channel", operation: "update" },
  "the card": { kind: "channel", operation: "send", is: (body) => "attachments" in body },
  "who the asker is": { kind: "channel", operation: "member" },
  "a channel's readers": { kind: "channel", operation: "members" },
  "a team's channels": { kind: "channel", operation: "channels" },
};
const cases = Object.keys(calls).flatMap((call) => Object.keys(hows).map((how) => [call, how] as const));
const written = "To start the pump, open the inlet valve and turn the green key. [1]";
/** Teams has taken what was posted anew, and nobody knows of it: docs/decisions/0010. */
const isLost = (call: string, how: string, ...which: readonly string[]): boolean =>
  how === "a connection lost after" && which.includes(call);

describe("each call to Teams that fails once", () => {
  let product: TeamsProduct;
  let model: ModelServer;
  const asked = new Map<
    string,
    { readonly place: Place; readonly id: string; readonly isMet: () => boolean }
  >();
  const shownIn = ({ place, id }: { readonly place: Place; readonly id: string }): readonly Message[] =>
    product.ofBot(
      place.kind === "channel" ? place.thread(id) : place.messages().filter((each) => each.id > id),
    );

  /** Answers are written slowly until each that was asked is shown as it is written, and has met what it is to meet then. */
  async function writeSlowly(call: string): Promise<void> {
    const of = [...asked].filter(([name]) => name.startsWith(`${call}: `)).map(([, one]) => one);
    const isReady = (one: (typeof of)[number]): boolean =>
      calls[call]?.early ? one.isMet() : shownIn(one).length > 0;
    if (!of.every(isReady)) await pause(150);
  }

  /** Where a question is asked, by somebody who is welcomed there already. */
  async function prepare(call: string): Promise<{ readonly place: Place; readonly person: Person }> {
    const { tenant } = product;
    const person = tenant.person({ name: "Sam Staff", email: "sam@small.example" });
    if (calls[call]?.kind === "channel") {
      const team = tenant.team({ name: "Plant", members: [person] });
      return { place: team.channel({ name: "Pumps" }), person };
    }
    await tenant.installFor(person);
    return { place: person.chat, person };
  }

  async function ask(
    call: string,
    how: string,
    { place, person }: { readonly place: Place; readonly person: Person },
  ): Promise<void> {
    const { operation, is } = calls[call]!;
    let met = 0;
    product.platform.fail({
      operation,
      how: hows[how]!,
      where({ conversationId, body }) {
        const isThere = [place.id, place.teamId].includes(conversationId.split(";")[0] ?? "");
        const isIt = isThere && (is?.(body) ?? true);
        met += isIt ? 1 : 0;
        return isIt;
      },
    });
    const question = "How do I start the pump?";
    const pieces = `${written} `.repeat(30).match(/\S+\s*/g) ?? [];
    model.script({ kind: "text", pieces, before: () => writeSlowly(call) });
    const { id } = await (place.kind === "channel"
      ? person.mention(place, question)
      : person.message(place, question));
    asked.set(`${call}: ${how}`, { place, id, isMet: () => met > 0 });
  }

  beforeAll(async () => {
    model = await startModelServer();
    product = await startTeamsProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
    });
    await product.teach(
      "pump.md",
      "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n",
    );
    for (const call of Object.keys(calls)) {
      const prepared = await Promise.all(
        Object.keys(hows).map(async (how) => [how, await prepare(call)] as const),
      );
      await product.settled();
      for (const [how, where] of prepared) {
        await ask(call, how, where);
        // All at once, they would take the places of each other's progress.
        await pause(400);
      }
      await product.settled();
    }
    expect(model.chats).toHaveLength(cases.length);
  }, 900_000);
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  it.each(cases)("brings one answer: %s meets %s", (call, how) => {
    const found = asked.get(`${call}: ${how}`)!;
    expect(found.isMet()).toBe(true);
    const messages = shownIn(found);
    const isEdit = isLost(call, how, "what a stream begins with", "the progress in a channel");
    const cards = messages.filter(({ buttons }) => buttons.length > 0);
    expect(answersAmong(messages)).toHaveLength(1);
    expect(cards).toHaveLength(isLost(call, how, "the card") ? 2 : 1);
    expect(messages).toHaveLength(isEdit || isLost(call, how, "the card") ? 3 : 2);
    expect(messages.at(-1)).toEqual(cards.at(-1));
    if (!isEdit) expect(messages.filter(({ streaming }) => streaming === "open")).toEqual([]);
  });

  it.each(Object.keys(hows))("tells in a chat of its own, where opening it meets %s", async (how) => {
    const { place, person } = await prepare("the card");
    await product.tenant.installFor(person);
    await product.settled();
    const before = product.ofBot(person.chat.messages()).length;
    let met = 0;
    product.platform.fail({
      operation: "createConversation",
      how: hows[how]!,
      where: ({ body }) => {
        const isIt = JSON.stringify(body).includes(person.aadObjectId);
        met += isIt ? 1 : 0;
        return isIt;
      },
    });
    await person.mention(place, "departments");
    await product.settled();
    expect(met).toBeGreaterThan(0);
    const told = product.ofBot(person.chat.messages()).slice(before);
    expect(told.map(({ text }) => text)).toEqual([expect.stringContaining("Operations")]);
  });

  it.each([
    [404, "ConversationNotFound"],
    [403, "BotNotInConversationRoster"],
    [403, "BotDisabledByAdmin"],
    [413, "MessageSizeTooBig"],
  ])("keeps with its reason what Teams will never take, and asks no more: %d %s", async (status, code) => {
    const { place, person } = await prepare("the card");
    product.platform.fail({
      operation: "send",
      how: { status, code },
      times: 100,
      where: ({ conversationId }) => conversationId.startsWith(place.id),
    });
    const tries = () =>
      product.platform.calls.filter(
        ({ operation, conversationId, body }) =>
          operation === "send" && conversationId.startsWith(place.id) && isLabelled(body),
      ).length;
    await person.mention(place, "How do I start the pump?");
    await product.settled();
    expect(tries()).toBe(1);
    const [kept] = await product.rows(
      "select state, last_error from outbox where body ->> 'kind' = 'reply' order by position desc limit 1",
    );
    expect(kept).toMatchObject({
      state: "dead",
      last_error: expect.stringMatching(new RegExp(`channel_refused.*${code}`)),
    });
    expect(product.ofBot(place.messages())).toEqual([]);
  });

  it("posts in halves what Teams finds too long, whatever its limit is", async () => {
    const steps = Array.from(
      { length: 30 },
      (_, number) =>
        `${String(number + 1)}. Close damper ${String(number + 1)} of the mill and note its pressure`,
    );
    const text = `To stop the mill [1]:\n\n${steps.slice(0, 15).join("\n")}\n\nThen [1]:\n\n${steps.slice(15).join("\n")}`;
    await product.teach("mill.md", `# Mill\n\nTo stop the mill:\n\n${steps.join("\n")}\n`);
    const { place, person } = await prepare("the card");
    const longest = 1_000;
    const isTooLong = ({ body }: { readonly body: Json }): boolean =>
      isLabelled(body) && String(body["text"]).length > longest;
    for (const operation of ["send", "update"] as const)
      product.platform.fail({
        operation,
        how: { status: 413, code: "MessageSizeTooBig" },
        times: 100,
        where: ({ conversationId, body }) => conversationId.startsWith(place.id) && isTooLong({ body }),
      });
    model.script({ kind: "text", pieces: [text] });
    const { id } = await person.mention(place, "How do I stop the mill?");
    await product.settled();
    const shown = product.ofBot(place.thread(id));
    const answers = answersAmong(shown);
    expect(answers.length).toBeGreaterThan(1);
    for (const answer of answers) expect(answer.text.length).toBeLessThanOrEqual(longest);
    const said = answers.map((answer) => answer.text).join("\n");
    for (const step of steps) expect(said.split(step.slice(step.indexOf(" ") + 1))).toHaveLength(2);
    expect(answers.map(({ channelData }) => "feedbackLoop" in (channelData ?? {}))).toEqual(
      answers.map((_, number) => number === answers.length - 1),
    );
    expect(shown.at(-1)?.buttons.length).toBeGreaterThan(0);
    expect(shown).toHaveLength(answers.length + 1);
    const [kept] = await product.rows("select state from outbox order by position desc limit 1");
    expect(kept).toEqual({ state: "posted" });
  });

  it("asks for nothing that Teams refuses, but to end a stream that had ended and to begin chats with askers", () => {
    const refused = new Set(product.platform.forgive());
    expect([...refused].sort()).toEqual(["ContentStreamNotAllowed", "ForbiddenOperationException"]);
  });

  it("leaves nothing waiting", async () => {
    expect(await product.rows("select state from outbox where state = 'pending'")).toEqual([]);
    expect(await product.rows("select 1 from inbox where taken_at is null")).toEqual([]);
  });
});
