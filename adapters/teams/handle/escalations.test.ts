import { beforeEach, describe, expect, it } from "@jest/globals";
import { escalateQuestion } from "../../../tests/support/escalated-question.ts";
import { departmentOf, sampleEnd } from "../../../tests/support/sample-work.ts";
import type { Escalation } from "../../../core/escalation/escalation.ts";
import { newId } from "../../../core/ids.ts";
import { commandIds, escalationVerbs, inputIds } from "../render/verbs.ts";
import type { InvokeAnswer, TeamsEvent, TeamsOrigin } from "../teams-event.ts";
import type { EventOf, TeamsDesk } from "./desk.ts";
import { createTeamsHandler } from "./handle-event.ts";
import { createTeamsInvokes } from "./invokes.ts";
import {
  aadIdOf,
  inChannel,
  origin,
  type TeamsBench,
  teamsBench,
  teamsMember,
} from "./stub-teams.fixture.ts";

const asAda = { userAadId: aadIdOf("ada"), userId: "29:ada", userName: "ada" };
const asVic = { userAadId: aadIdOf("vic"), userId: "29:vic", userName: "vic" };

describe("an escalation in a conversation of Teams", () => {
  let bench: TeamsBench;
  let desk: TeamsDesk;
  let raised: Escalation;
  beforeEach(async () => {
    bench = teamsBench();
    desk = bench.desk();
    bench.teams.members.push(teamsMember("ada"), teamsMember("vic"));
    const event = await bench.received({
      ...origin(inChannel),
      kind: "message",
      addressed: true,
      message: { id: "1", text: "operations: How do I start the pump?", files: [] },
    });
    await createTeamsHandler(desk).handle(event);
    await bench.database.withTenant(bench.company.tenantId, async ({ turns }) => {
      await turns.take(event.id, 10_000);
      const row = tables().turns.get(event.id);
      if (row) row.departmentId = departmentOf(bench.company, "operations");
      await turns.end(event.id, sampleEnd(event.id));
    });
    raised = await escalateQuestion(desk.escalations, bench.company, event.id);
  });
  const tables = () => bench.database.tables(bench.company.tenantId);
  const handle = async (event: TeamsEvent): Promise<unknown> =>
    createTeamsHandler(desk).handle(await bench.received(event));
  const click = (
    who: Partial<TeamsOrigin>,
    verb: string,
    values: Readonly<Record<string, string>> = {},
  ): Promise<unknown> =>
    handle({
      ...origin({ ...inChannel, ...who }),
      kind: "card_action",
      verb,
      values: { id: raised.id, ...values },
      messageId: "77",
      by: "execute",
    });
  const now = () =>
    bench.database.withTenant(bench.company.tenantId, ({ escalations }) => escalations.find(raised.id));
  const comments = () =>
    tables()
      .dispatches.map(({ call }) => call.body)
      .filter(({ kind }) => kind === "ticket_comment");

  it("is acknowledged and resolved by those who may, and others are told why not", async () => {
    await click(asVic, escalationVerbs.acknowledge);
    expect(bench.teams.said).toEqual([expect.stringMatching(/^a:vic: Only leads and approvers/)]);
    await click({ ...asVic, locale: "th" }, escalationVerbs.resolve);
    expect(bench.teams.said.at(-1)).toMatch(/^a:vic: คุณทำสิ่งนี้กับเรื่องที่ส่งต่อไม่ได้/);
    expect(await now()).toMatchObject({ state: "open" });
    await click(asAda, escalationVerbs.acknowledge);
    expect(await now()).toMatchObject({ state: "acknowledged", acknowledged: { by: "Ada Admin" } });
    await click(asAda, escalationVerbs.resolve);
    expect(await now()).toMatchObject({ state: "resolved" });
    // The conversation shows it, and nothing else does.
    expect(bench.teams.said).toHaveLength(2);
    const notes = tables().outbox.flatMap(({ delivery: { message } }) =>
      message.kind === "note" ? [message.note.kind] : [],
    );
    expect(notes).toContain("escalation_status");
    expect(notes.filter((kind) => kind === "escalation_news")).toHaveLength(2);
  });

  it("takes a comment, and gives back the words of one that does not count", async () => {
    await click({}, escalationVerbs.comment, { [inputIds.escalationComment]: "It is urgent." });
    expect(comments()).toMatchObject([{ by: "Sam Staff", text: "It is urgent." }]);
    expect(bench.teams.said).toEqual(["a:sam: Your comment was added to the escalation."]);
    await click(asVic, escalationVerbs.comment, { [inputIds.escalationComment]: "Take *this*." });
    expect(bench.teams.said.at(-1)).toMatch(/^a:vic: Only leads[^]*What you wrote:\n\nTake \\\*this\\\*\.$/);
    expect(comments()).toHaveLength(1);
  });

  it("takes the answer of those who may give it", async () => {
    await click(asAda, escalationVerbs.answer, { [inputIds.escalationAnswer]: "Turn the green key." });
    expect([...tables().approvals.values()]).toMatchObject([{ answer: { text: "Turn the green key." } }]);
    expect(bench.teams.said.at(-1)).toMatch(/^a:ada: Thank you\. Your answer is sent/);
  });

  it("does nothing by a button without an escalation", async () => {
    await click(asAda, escalationVerbs.resolve, { id: "no id" });
    await click(asAda, escalationVerbs.resolve, { id: newId() });
    expect(bench.teams.said).toEqual([
      expect.stringContaining("older version"),
      expect.stringContaining("This escalation does not exist any more."),
    ]);
  });

  describe("gets a message of its thread as a comment", () => {
    const about = (change: Partial<NonNullable<EventOf<"message_action">["about"]>> = {}) => ({
      id: "5",
      text: "I look at it.",
      fromAadId: aadIdOf("ada"),
      fromName: "Ada Admin",
      conversationId: null,
      ...change,
    });
    const open = (
      change: Partial<TeamsOrigin>,
      message: EventOf<"message_action">["about"],
    ): Promise<InvokeAnswer> =>
      createTeamsInvokes(desk).answer(bench.company.tenantId, {
        ...origin({ ...inChannel, ...asAda, ...change }),
        kind: "open_message_action",
        commandId: commandIds.addToTicket,
        about: message,
      });
    const form = (values: Readonly<Record<string, string>>, change: Partial<TeamsOrigin> = {}) =>
      ({
        ...origin({ ...inChannel, ...asAda, ...change }),
        kind: "message_action",
        commandId: commandIds.addToTicket,
        values,
        about: about(),
      }) as const;
    const valueOf = ({ body }: InvokeAnswer): string =>
      /"value":("(?:[^"\\]|\\.)*"),?[^{}]*?\}/.exec(
        JSON.stringify(body).split(inputIds.escalationComment)[1] ?? "",
      )?.[1] ?? "";

    it("by a form that holds its text, with the name of whoever wrote it where that is another", async () => {
      expect(valueOf(await open({}, about()))).toBe('"I look at it."');
      const others = about({ fromAadId: aadIdOf("sam"), fromName: "Sam Staff" });
      expect(valueOf(await open({}, others))).toBe('"Sam Staff wrote:\\n\\nI look at it."');
      await handle(form({ [inputIds.escalationComment]: "Sam Staff wrote:\n\nI look at it." }));
      expect(comments()).toMatchObject([{ by: "Ada Admin", text: "Sam Staff wrote:\n\nI look at it." }]);
      expect(createTeamsInvokes(desk).acknowledge(form({}))).toMatchObject({
        body: { task: { type: "message", value: expect.stringContaining("Sent to the ticket") } },
      });
      expect(bench.teams.said).toEqual([]);
    });

    it("also where Teams does not name the thread, of which the message is the first", async () => {
      const place = { conversationId: "19:pumps" };
      expect(valueOf(await open(place, about({ id: "1" })))).toBe('"I look at it."');
      await handle({ ...form({ [inputIds.escalationComment]: "So." }, place), about: about({ id: "1" }) });
      expect(comments()).toMatchObject([{ text: "So." }]);
    });

    it("and says at once where nothing was escalated, or nothing was said", async () => {
      const elsewhere = { conversationId: "19:pumps;messageid=7" };
      expect(await open(elsewhere, about())).toMatchObject({
        body: {
          task: { type: "message", value: expect.stringContaining("Nothing in this thread was escalated") },
        },
      });
      await handle(form({ [inputIds.escalationComment]: "So." }, elsewhere));
      await handle(form({}));
      await handle(form({ [inputIds.escalationComment]: "Take this." }, asVic));
      expect(bench.teams.said).toEqual([
        expect.stringMatching(/^a:ada: Nothing in this thread was escalated[^]*What you wrote:\n\nSo\.$/),
        expect.stringMatching(/^a:ada: This message has no words/),
        expect.stringMatching(/^a:vic: Only leads[^]*What you wrote:\n\nTake this\.$/),
      ]);
      expect(comments()).toEqual([]);
    });
  });
});
