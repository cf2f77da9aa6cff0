import { beforeEach, describe, expect, it } from "@jest/globals";
import { departmentOf, personOf, sampleEnd } from "../../../tests/support/sample-work.ts";
import { newId, type TurnId } from "../../../core/ids.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import { answerPlaces, commandIds, inputIds, verbs } from "../render/verbs.ts";
import type { TeamsEvent, TeamsOrigin } from "../teams-event.ts";
import type { EventOf, TeamsDesk } from "./desk.ts";
import { createTeamsHandler } from "./handle-event.ts";
import {
  aadIdOf,
  away,
  botId,
  inChannel,
  inGroup,
  msTenantId,
  origin,
  refused,
  type TeamsBench,
  teamsBench,
  teamsMember,
} from "./stub-teams.fixture.ts";

const question = "How do I start the pump?";

describe("the handler of Teams' events", () => {
  let bench: TeamsBench;
  let desk: TeamsDesk;
  beforeEach(() => {
    bench = teamsBench();
    desk = bench.desk();
  });
  const message = (
    text: string,
    change: Partial<TeamsOrigin> = {},
    more: Partial<Pick<EventOf<"message">, "addressed">> & { readonly id?: string } = {},
  ): EventOf<"message"> => ({
    ...origin(change),
    kind: "message",
    addressed: more.addressed ?? true,
    message: { id: more.id ?? "2", text, files: [] },
  });
  const handle = async (event: TeamsEvent, attempt = 1): Promise<EventOutcome> =>
    createTeamsHandler(desk).handle(await bench.received(event, { attempt }));
  const questions = () => bench.asked().map((asked) => asked.question);
  const tables = () => bench.database.tables(bench.company.tenantId);
  /** A question that is asked and answered, and Sam's turn of it. */
  const answered = async (event: TeamsEvent): Promise<TurnId> => {
    const taken = await bench.received(event);
    await createTeamsHandler(desk).handle(taken);
    await bench.database.withTenant(bench.company.tenantId, async ({ turns }) => {
      await turns.take(taken.id, 10_000);
      const row = tables().turns.get(taken.id);
      if (row) row.departmentId = departmentOf(bench.company, "operations");
      await turns.end(taken.id, sampleEnd(taken.id));
    });
    return taken.id;
  };

  describe("a message", () => {
    it("makes one question of an event, however often it is handled", async () => {
      const event = await bench.received(message(question));
      const handler = createTeamsHandler(desk);
      expect(await handler.handle(event)).toBe("accepted");
      expect(await handler.handle({ ...event, attempt: 2 })).toBe("accepted");
      expect(bench.asked()).toMatchObject([
        {
          question,
          shared: false,
          threadKey: `teams:${msTenantId}:personal:a%3Asam`,
          address: {
            user: aadIdOf("sam"),
            userId: "29:sam",
            team: msTenantId,
            messageId: "2",
            language: "en",
          },
        },
      ]);
      expect(bench.asked()[0]).not.toHaveProperty("placeScope");
    });

    it("names its department at the start, and asks in the name of whom the roster tells", async () => {
      await handle(message(`operations: ${question}`));
      expect(bench.asked()).toMatchObject([
        { question, departmentId: bench.company.departments.get("operations") },
      ]);
      expect([...tables().inbox.values()][0]?.userId).toBe(personOf(bench.company, "sam"));
    });

    it("leaves what another version stored, and what the bot itself wrote", async () => {
      const stored = await bench.received(message(question));
      expect(await createTeamsHandler(desk).handle({ ...stored, body: { kind: "telegram" } })).toBe(
        "settled",
      );
      expect(await handle(message(question, { userId: botId }))).toBe("settled");
      expect(questions()).toEqual([]);
    });

    it("in a channel is answered from what everyone there may read", async () => {
      bench.teams.members.push(teamsMember("ada"));
      await handle(message(question, inChannel));
      const [asked] = bench.asked();
      expect(asked).toMatchObject({ shared: true, address: { teamId: "19:team" } });
      expect(Object.values(asked?.placeScope?.departments ?? {})).toEqual(["confidential"]);
    });

    it("is a follow-up without a mention in a thread that was answered, and nowhere else", async () => {
      const later = message("And how do I stop it?", inChannel, { addressed: false, id: "3" });
      expect(await handle(later)).toBe("settled");
      await answered(message(question, inChannel));
      expect(await handle(later)).toBe("accepted");
      expect(await handle(message("Thanks!", inChannel, { addressed: false, id: "4" }))).toBe("settled");
      const elsewhere = { ...inChannel, conversationId: "19:pumps;messageid=7" };
      expect(await handle(message("And that?", elsewhere, { addressed: false, id: "8" }))).toBe("settled");
      expect(await handle(message("And this?", inGroup, { addressed: false }))).toBe("settled");
      expect(questions()).toEqual([question, "And how do I stop it?"]);
      expect(bench.teams.said).toEqual([]);
    });

    it("helps whoever asks nothing, in a channel without what others there may not know", async () => {
      expect(await handle(message(""))).toBe("settled");
      expect(bench.teams.said[0]).toMatch(/^a:sam: What would you like to know\?[^]*start the pump/);
      bench.teams.members.push(teamsMember("guy", { role: "guest" }));
      await handle(message("help", inChannel));
      expect(bench.teams.said[1]).toMatch(/^19:pumps;messageid=1: I answer from[^]*`operations: …`/);
      await handle(message("HELP", { locale: "th-TH" }));
      expect(bench.teams.said[2]).toMatch(/^a:sam: ฉันตอบจากเอกสาร/);
      expect(questions()).toEqual([]);
    });

    it("tells departments and status to the person alone", async () => {
      await handle(message(question));
      await handle(message("departments", inChannel));
      await handle(message("status", inGroup));
      expect(bench.teams.said).toEqual([
        expect.stringMatching(
          /^a:sam: \*\*Departments that you can ask\*\*[^]*\*\*Operations\*\* `operations:`/,
        ),
        expect.stringMatching(/^19:pumps;messageid=1: I have written it to you/),
        expect.stringMatching(
          /^a:sam: \*\*Your status\*\*[^]*start the pump\? – has been received[^]*You are Sam Staff/,
        ),
        expect.stringMatching(/^19:group: I have written it to you/),
      ]);
      bench.teams.said.length = 0;
      bench.teams.faults.set("createConversation", refused);
      await handle(message("status", inGroup));
      expect(bench.teams.said).toEqual([expect.stringContaining("Open a chat with me")]);
    });

    it("throws what is worth another try, and tells nobody yet", async () => {
      bench.teams.faults.set("member", away);
      await expect(handle(message(question))).rejects.toBe(away);
      expect(bench.teams.said).toEqual([]);
    });

    it("tells below it what the person did wrong, in their language", async () => {
      await handle(message("x".repeat(8_001)));
      await handle(message("x".repeat(8_001), { locale: "th" }));
      expect(bench.teams.said).toEqual([
        expect.stringContaining("a:sam: The question has 8001 characters"),
        expect.stringContaining("a:sam: คำถามยาวเกินไป"),
      ]);
    });

    it("tells the person when an event is given up", async () => {
      await createTeamsHandler(desk).giveUp(await bench.received(message(question)), new Error("secret"));
      expect(bench.teams.said).toEqual([expect.stringContaining("tried several times")]);
      expect(bench.teams.said[0]).not.toContain("secret");
    });
  });

  describe("a person", () => {
    it("of another Microsoft tenant, or a guest of ours, is a guest, whatever their address", async () => {
      bench.teams.members.push(
        teamsMember("guy", {
          userPrincipalName: "ada_x.example#EXT#@small.example",
          email: "ada@small.example",
        }),
      );
      await handle(message(question, { userAadId: aadIdOf("guy"), userId: "29:guy" }));
      await handle(
        message(question, { userAadId: aadIdOf("far"), userId: "29:far", userMsTenantId: "other" }),
      );
      const asked = [...tables().inbox.values()].map(({ userId }) => userId && tables().members.get(userId));
      expect(asked.map((member) => member?.roles)).toEqual([["guest"], ["guest"]]);
    });

    it("is refused where Teams does not say who they are", async () => {
      await handle(message(question, { userAadId: null }));
      await handle(message(question, { userAadId: aadIdOf("lost"), userId: "29:lost" }));
      expect(bench.teams.said).toEqual([
        expect.stringContaining("Teams does not tell me who you are"),
        expect.stringContaining("Teams does not tell me here who you are"),
      ]);
      expect(tables().identities.size).toBe(0);
    });

    it("is kept with where they talk with the bot", async () => {
      await handle(message(question));
      await handle(message(question, inChannel));
      expect(
        [...tables().references.values()].map(({ reference, welcomed }) => [reference, welcomed]),
      ).toEqual([
        [expect.objectContaining({ kind: "person", externalId: aadIdOf("sam") }), true],
        [expect.objectContaining({ kind: "channel", externalId: "19:pumps", teamId: "19:team" }), true],
      ]);
    });
  });

  describe("a click", () => {
    const click = (verb: string, id: string, change: Partial<TeamsOrigin> = {}): EventOf<"card_action"> => ({
      ...origin(change),
      kind: "card_action",
      verb,
      values: { id },
      messageId: "77",
      by: "execute",
    });
    const asAda = { userAadId: aadIdOf("ada"), userId: "29:ada", userName: "ada", conversationId: "a:ada" };
    beforeEach(() => {
      bench.teams.members.push(teamsMember("ada"));
    });

    it("asks for a human, who takes over and gives back", async () => {
      await handle(message("hello", asAda));
      const turnId = await answered(message(question, inChannel));
      expect(await handle(click(verbs.askHuman, turnId, inChannel))).toBe("settled");
      const notes = () =>
        tables().outbox.flatMap(({ delivery: { message: sent, threadKey, address } }) =>
          sent.kind === "note" ? [{ kind: sent.note.kind, threadKey, address }] : [],
        );
      expect(notes()).toMatchObject([
        { kind: "human_asked", threadKey: `teams:${msTenantId}:channel:19%3Apumps%3Bmessageid%3D1` },
        {
          kind: "handoff_offered",
          threadKey: `teams:${msTenantId}:@${aadIdOf("ada")}`,
          address: { user: aadIdOf("ada"), team: msTenantId, serviceUrl: origin().serviceUrl },
        },
      ]);
      const handoffId = tables().handoffs[0]?.id ?? "";
      const saidBefore = bench.teams.said.length;
      await handle(click(verbs.takeOver, handoffId, asAda));
      expect(bench.teams.updated).toEqual([expect.stringMatching(/^77: [^]*You have taken over/)]);
      // The card says it, and nothing else does.
      expect(bench.teams.said).toHaveLength(saidBefore);
      expect(await handle(message("And now?", inChannel, { id: "9" }))).toBe("settled");
      expect(bench.teams.said.at(-1)).toMatch(/^19:pumps;messageid=1: Ada Admin has taken over/);
      await handle(click(verbs.giveBack, handoffId, asAda));
      expect(await handle(message("And now?", inChannel, { id: "10" }))).toBe("accepted");
      expect(
        notes()
          .map(({ kind }) => kind)
          .slice(2),
      ).toEqual(["taken_over", "given_back"]);
    });

    it("refuses the fuller answer to others than the asker, who gets it in their own chat", async () => {
      const turnId = await answered(message(question, inChannel));
      await handle(click(verbs.showFuller, turnId, { ...asAda, ...inChannel }));
      expect(bench.teams.said).toEqual([
        expect.stringMatching(/^a:ada: The fuller answer is for whoever asked/),
      ]);
      expect(await handle(click(verbs.showFuller, turnId, inChannel))).toBe("accepted");
      const fuller = bench.asked().at(-1);
      expect(fuller?.threadKey).toMatch(new RegExp(`^teams:${msTenantId}:@${aadIdOf("sam")}:`));
      expect(fuller).toMatchObject({
        question,
        shared: false,
        address: { about: `teams:${msTenantId}:channel:19%3Apumps%3Bmessageid%3D1`, teamId: "19:team" },
      });
    });

    it("says what to do where the bot has no chat with the person", async () => {
      const turnId = await answered(message(question, inChannel));
      bench.teams.faults.set("createConversation", refused);
      await handle(click(verbs.showFuller, turnId, inChannel));
      expect(bench.teams.said).toEqual([
        expect.stringMatching(/^19:pumps;messageid=1: I cannot write to you alone yet/),
      ]);
    });

    it("shows nothing to everyone that has no place to be shown in", async () => {
      const turnId = await answered(message(question));
      await handle(click(verbs.showEveryone, turnId));
      expect(bench.teams.said).toEqual([expect.stringContaining("There is no conversation")]);
    });

    it("says that an unknown button does nothing", async () => {
      await handle(click("dance", newId()));
      await handle(click(verbs.askHuman, "no id"));
      expect(bench.teams.said).toEqual([
        expect.stringContaining("older version"),
        expect.stringContaining("older version"),
      ]);
    });
  });

  describe("a verdict", () => {
    const verdict = (change: Partial<EventOf<"feedback">> = {}): EventOf<"feedback"> => ({
      ...origin(),
      kind: "feedback",
      reaction: "dislike",
      values: { [inputIds.reason]: "outdated", [inputIds.comment]: "New pump." },
      messageId: "77",
      ...change,
    });

    it("is kept with the answer whose message it is on", async () => {
      const turnId = await answered(message(question));
      const row = tables().outbox.at(-1);
      if (row) row.ref = { activityId: "77", conversationId: "a:sam" };
      expect(await handle(verdict())).toBe("settled");
      expect(tables().turns.get(turnId)?.feedback.get(personOf(bench.company, "sam"))).toEqual({
        verdict: "down",
        reason: "It is outdated: New pump.",
      });
      await handle(verdict({ reaction: "like", values: {} }));
      expect(tables().turns.get(turnId)?.feedback.get(personOf(bench.company, "sam"))).toEqual({
        verdict: "up",
        reason: null,
      });
    });

    it("on an unknown message is answered", async () => {
      await handle(verdict({ messageId: "nothing" }));
      await handle(verdict({ messageId: null }));
      expect(bench.teams.said).toEqual([
        expect.stringContaining("does not exist any more"),
        expect.stringContaining("does not exist any more"),
      ]);
    });
  });

  describe("asking about a message", () => {
    const form = (
      where: string,
      change: Partial<EventOf<"message_action">> = {},
    ): EventOf<"message_action"> => ({
      ...origin(inChannel),
      kind: "message_action",
      commandId: commandIds.askAboutMessage,
      values: { [inputIds.question]: question, [inputIds.answerWhere]: where, [inputIds.department]: "any" },
      about: { id: "1", text: "pump?", fromAadId: null, fromName: null, conversationId: null },
      ...change,
    });

    it("answers in its thread, below the question", async () => {
      expect(await handle(form(answerPlaces.thread))).toBe("accepted");
      expect(bench.teams.said).toEqual([
        `19:pumps;messageid=1: Sam Staff asked about a message:\n\n> ${question}`,
      ]);
      expect(bench.asked()).toMatchObject([
        { question, shared: true, threadKey: `teams:${msTenantId}:channel:19%3Apumps%3Bmessageid%3D1` },
      ]);
      await handle(form(answerPlaces.thread, { conversationId: "19:pumps" }), 2);
      expect(bench.asked()[1]?.threadKey).toBe(bench.asked()[0]?.threadKey);
      expect(bench.teams.said).toHaveLength(1);
    });

    it("answers the person alone, who may show it there", async () => {
      expect(await handle(form(answerPlaces.person))).toBe("accepted");
      expect(bench.teams.said).toEqual([]);
      expect(bench.asked()).toMatchObject([
        { shared: false, address: { about: `teams:${msTenantId}:channel:19%3Apumps%3Bmessageid%3D1` } },
      ]);
      expect(bench.asked()[0]?.threadKey).toContain(`:@${aadIdOf("sam")}:`);
    });

    it("refuses an empty question and a command that it does not know", async () => {
      await handle(form(answerPlaces.person, { values: {} }));
      await handle(form(answerPlaces.person, { commandId: "dance" }));
      expect(bench.teams.said).toEqual([
        expect.stringContaining("The question is empty"),
        expect.stringContaining("older version"),
      ]);
    });
  });
});
