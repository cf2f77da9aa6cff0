import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { textOfMessage } from "../../support/openai-requests.ts";
import { pause } from "../../support/sample-work.ts";
import { answersAmong } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsCompany, type TeamsProduct } from "../../support/teams-product.ts";
import type { Json, Message, Person, Place } from "../../teams-platform/teams-platform.ts";
import { type Call, calls, hows, isLabelled } from "./calls-to-teams.ts";

const cases = Object.keys(calls).flatMap((call) => Object.keys(hows).map((how) => [call, how] as const));
const answer = "To start the pump, open the inlet valve and turn the green key. [1]";
/** Teams has taken what was posted anew, and nobody knows of it: docs/decisions/0010. */
const isLost = (call: string, how: string, ...which: readonly string[]): boolean =>
  how === "a connection lost after" && which.includes(call);

interface Prepared {
  readonly place: Place;
  readonly person: Person;
}

describe("each call to Teams that fails once", () => {
  let product: TeamsProduct;
  let model: ModelServer;
  /** Each of a Microsoft tenant of its own: Teams' pace is by tenant. */
  const companies: TeamsCompany[] = [];
  /** By its question, whether an answer may be written to its end. */
  const written = new Map<string, () => boolean>();
  const asked = new Map<
    string,
    { readonly place: Place; readonly id: string; readonly isMet: () => boolean }
  >();
  const shownIn = ({ place, id }: { readonly place: Place; readonly id: string }): readonly Message[] =>
    product.ofBot(
      place.kind === "channel" ? place.thread(id) : place.messages().filter((each) => each.id > id),
    );

  /** Where a question is asked, by somebody who is welcomed there already. */
  async function prepare(company: TeamsCompany, kind: Call["kind"]): Promise<Prepared> {
    const { tenant, people } = company;
    const { name, email = "" } = people.sam;
    const person = tenant.person({ name, email });
    if (kind === "channel") {
      const team = tenant.team({ name: "Plant", members: [person] });
      return { place: team.channel({ name: "Pumps" }), person };
    }
    await tenant.installFor(person);
    return { place: person.chat, person };
  }

  async function ask(call: string, how: string, { place, person }: Prepared): Promise<void> {
    const { operation, is, early } = calls[call]!;
    const name = `${call}: ${how}`;
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
    const question = `How do I start the pump ${String(cases.findIndex(([one, other]) => name === `${one}: ${other}`))}?`;
    written.set(question, () => {
      const found = asked.get(name);
      return found !== undefined && (early ? met > 0 : shownIn(found).length > 0);
    });
    const { id } = await (place.kind === "channel"
      ? person.mention(place, question)
      : person.message(place, question));
    asked.set(name, { place, id, isMet: () => met > 0 });
  }

  /** An answer that is written slowly until it is shown as it is written, and has met what it is to meet then. */
  function answerSlowly(): void {
    const sentence = `${answer} `.match(/\S+\s*/g) ?? [];
    const pieces = [...sentence];
    model.script({
      kind: "text",
      pieces,
      async before(at, { messages }) {
        const prompt = textOfMessage(messages.at(-1)!);
        const [, isReady] = [...written].find(([question]) => prompt.includes(question))!;
        if (isReady()) return;
        await pause(300);
        if (at === pieces.length - 1) pieces.push(...sentence);
      },
    });
  }

  beforeAll(async () => {
    model = await startModelServer();
    product = await startTeamsProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
    });
    companies.push(product, await product.join("second"), await product.join("third"));
    for (const company of companies)
      await company.teach(
        "pump.md",
        "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n",
      );
    for (const _each of cases) answerSlowly();
    const prepared = await Promise.all(
      companies.map((company, number) =>
        Promise.all(
          cases
            .filter((_each, at) => at % companies.length === number)
            .map(async ([call, how]) => [call, how, await prepare(company, calls[call]!.kind)] as const),
        ),
      ),
    );
    await product.settled();
    await Promise.all(
      prepared.map(async (questions) => {
        for (const question of questions) {
          await ask(...question);
          // All at once, they would take the places of each other's progress.
          await pause(250);
        }
      }),
    );
    await product.settled(600_000);
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

  describe("of a chat that is opened to tell somebody something", () => {
    const told = new Map<string, { readonly met: number; readonly texts: readonly string[] }>();
    beforeAll(async () => {
      const met = new Map<string, number>();
      const prepared = await Promise.all(
        Object.entries(hows).map(async ([how, fault], at) => {
          const company = companies[at % companies.length]!;
          const { place, person } = await prepare(company, "channel");
          await company.tenant.installFor(person);
          product.platform.fail({
            operation: "createConversation",
            how: fault,
            where({ body }) {
              const isIt = JSON.stringify(body).includes(person.aadObjectId);
              if (isIt) met.set(how, (met.get(how) ?? 0) + 1);
              return isIt;
            },
          });
          return { how, place, person };
        }),
      );
      await product.settled();
      const before = prepared.map(({ person }) => product.ofBot(person.chat.messages()).length);
      await Promise.all(prepared.map(({ place, person }) => person.mention(place, "departments")));
      await product.settled();
      for (const [at, { how, person }] of prepared.entries())
        told.set(how, {
          met: met.get(how) ?? 0,
          texts: product
            .ofBot(person.chat.messages())
            .slice(before[at])
            .map(({ text }) => text),
        });
    });

    it.each(Object.keys(hows))("tells in a chat of its own, where opening it meets %s", (how) => {
      const { met, texts } = told.get(how)!;
      expect(met).toBeGreaterThan(0);
      expect(texts).toEqual([expect.stringContaining("Operations")]);
    });
  });

  it.each([
    [404, "ConversationNotFound"],
    [403, "BotNotInConversationRoster"],
    [403, "BotDisabledByAdmin"],
    [413, "MessageSizeTooBig"],
  ])("keeps with its reason what Teams will never take, and asks no more: %d %s", async (status, code) => {
    const { place, person } = await prepare(product, "channel");
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
    const { place, person } = await prepare(product, "channel");
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
