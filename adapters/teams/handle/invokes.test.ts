import { beforeEach, describe, expect, it } from "@jest/globals";
import { departmentOf, personOf, sampleEnd, sampleQuestion } from "../../../tests/support/sample-work.ts";
import {
  type ApprovalId,
  type DocumentId,
  type HandoffId,
  newId,
  type PassageId,
  type TurnId,
  type VerifiedAnswerId,
} from "../../../core/ids.ts";
import { answerPlaces, commandIds, inputIds, verbs } from "../render/verbs.ts";
import type { InvokeAnswer, TeamsInquiry, TeamsOrigin } from "../teams-event.ts";
import type { TeamsDesk } from "./desk.ts";
import { createTeamsInvokes } from "./invokes.ts";
import {
  aadIdOf,
  away,
  inChannel,
  msTenantId,
  origin,
  refused,
  type TeamsBench,
  teamsBench,
  teamsMember,
} from "./stub-teams.fixture.ts";

describe("what Teams waits for", () => {
  let bench: TeamsBench;
  let desk: TeamsDesk;
  beforeEach(async () => {
    bench = teamsBench();
    desk = bench.desk();
    await learn("Pump manual", "The pump starts with the green button.", "operations", "confidential");
    await learn("Budget", "The pump costs 900.", "finance", "public");
  });
  const learn = async (
    title: string,
    text: string,
    department: string,
    sensitivity: "public" | "confidential",
  ): Promise<DocumentId> => {
    const documentId = newId<DocumentId>();
    const departmentId = bench.company.departments.get(department);
    if (departmentId === undefined) throw new Error("no department");
    const place = { position: 0, headingPath: [], page: null };
    await bench.index.upsert(bench.company.tenantId, documentId, [
      {
        id: newId<PassageId>(),
        documentId,
        departmentId,
        sensitivity,
        readers: null,
        title,
        text,
        embedding: null,
        ...place,
      },
    ]);
    return documentId;
  };
  const answer = (inquiry: TeamsInquiry): Promise<InvokeAnswer> =>
    createTeamsInvokes(desk).answer(bench.company.tenantId, inquiry);
  const search = (query: string, change: Partial<TeamsOrigin> = {}, skip = 0): Promise<InvokeAnswer> =>
    answer({ ...origin(change), kind: "search", commandId: commandIds.search, query, skip, count: 10 });
  const rows = (): readonly number[] => {
    const { inbox, identities, members, audit } = bench.database.tables(bench.company.tenantId);
    return [inbox.size, identities.size, members.size, audit.length];
  };

  describe("a search", () => {
    it("shows what the person may read, and keeps nothing", async () => {
      const before = rows();
      expect(await search("pump")).toMatchObject({
        status: 200,
        body: {
          composeExtension: {
            type: "result",
            attachments: [
              {
                preview: {
                  content: { title: "Pump manual", text: "The pump starts with the green button." },
                },
              },
            ],
          },
        },
      });
      const sam = personOf(bench.company, "sam");
      expect(bench.searches).toEqual([
        [
          bench.company.tenantId,
          {
            event: "search.query",
            status: "success",
            userId: sam,
            requestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
            metadata: {
              channel: "teams",
              by: "message_extension",
              workspaceId: msTenantId,
              passages: 1,
              shown: [{ documentId: expect.any(String), passageId: expect.any(String) }],
            },
          },
        ],
      ]);
      const guest = { userAadId: aadIdOf("guy"), userMsTenantId: "other" };
      expect(await search("pump", guest)).toMatchObject({
        body: { composeExtension: { type: "message", text: expect.stringContaining("Nothing") } },
      });
      expect(rows()).toEqual(before);
      const [, event] = bench.searches.at(-1) ?? [];
      expect(event).toMatchObject({
        userId: null,
        metadata: { person: aadIdOf("guy"), personWorkspaceId: "other", passages: 0, shown: [] },
      });
    });

    it("shows what an expert has approved before what was found in files", async () => {
      const title = "Verified answer: How do I start it?";
      const documentId = await learn(
        title,
        "Use the button; that holds for any pump.",
        "operations",
        "public",
      );
      const titles = async (): Promise<readonly unknown[]> => {
        const { body } = await search("pump green button");
        const { composeExtension } = body as unknown as {
          composeExtension: { attachments: readonly { preview: { content: { title: string } } }[] };
        };
        return composeExtension.attachments.map(({ preview }) => preview.content.title);
      };
      // People may call a file of theirs the same.
      expect(await titles()).toEqual(["Pump manual", title]);
      await bench.database.withTenant(bench.company.tenantId, ({ verified }) =>
        verified.keep(
          {
            id: newId<VerifiedAnswerId>(),
            approvalId: newId<ApprovalId>(),
            turnId: newId<TurnId>(),
            documentId,
            departmentId: departmentOf(bench.company, "operations"),
            language: "en",
            question: "How do I start it?",
            answer: { text: "Use the button.", citations: [], answeredBy: "human" },
            sources: [],
            approvedBy: personOf(bench.company, "ada"),
            approvedAt: new Date(bench.now),
            expiresAt: new Date(bench.now + 1_000),
          },
          [],
        ),
      );
      expect(await titles()).toEqual([title, "Pump manual"]);
    });

    it("asks Teams who somebody is once, however often they search", async () => {
      await search("pump");
      const asked = bench.teams.asked.length;
      expect(asked).toBeGreaterThan(0);
      await search("pump manual", inChannel);
      expect(bench.teams.asked).toHaveLength(asked);
    });

    it("works where the bot is not, and where it is not known who asks", async () => {
      bench.teams.faults.set("createConversation", refused);
      bench.teams.faults.set("member", refused);
      await learn("Open days", "The pump may be seen on Sundays.", "operations", "public");
      expect(await search("pump sundays", inChannel)).toMatchObject({
        body: { composeExtension: { attachments: [{ preview: { content: { title: "Open days" } } }] } },
      });
    });

    it("says so where there is nothing to look for, no more, or no time", async () => {
      const saying = (text: string) => ({ body: { composeExtension: { type: "message", text } } });
      expect(await search("")).toMatchObject(saying("Write what you look for."));
      expect(await search("pump", {}, 10)).toMatchObject(saying("Nothing that you may read was found."));
      bench.teams.faults.set("member", away);
      desk = bench.desk();
      expect(await search("pump", { locale: "th" })).toMatchObject(saying("ค้นหานานเกินไป โปรดลองใหม่"));
    });
  });

  describe("a form", () => {
    const open = (change: Partial<TeamsOrigin> = {}): Promise<InvokeAnswer> =>
      answer({
        ...origin({ ...inChannel, ...change }),
        kind: "open_message_action",
        commandId: commandIds.askAboutMessage,
        about: { id: "5", text: "How do I start it?", fromAadId: null, fromName: null, conversationId: null },
      });
    const inputs = ({ body }: InvokeAnswer): Record<string, unknown> => {
      const text = JSON.stringify(body);
      return Object.fromEntries(
        [...text.matchAll(/"id":"(\w+)"[^{}]*?"value":"([^"]*)"/g)].map(([, id = "", value]) => [id, value]),
      );
    };

    it("holds the message's text, and answers in its thread where the bot is there", async () => {
      const form = await open();
      expect(form).toMatchObject({ status: 200, body: { task: { type: "continue" } } });
      expect(inputs(form)).toMatchObject({
        [inputIds.question]: "How do I start it?",
        [inputIds.answerWhere]: answerPlaces.thread,
      });
      expect(JSON.stringify(form.body)).toContain("Operations");
      expect(JSON.stringify(form.body)).not.toContain("Finance");
      bench.teams.members.length = 0;
      expect(inputs(await open())).toMatchObject({ [inputIds.answerWhere]: answerPlaces.person });
    });

    it("is refused to whom no department answers", async () => {
      const { departments } = bench.database.tables(bench.company.tenantId);
      for (const department of departments) Object.assign(department, { guests: false });
      expect(await open({ userAadId: aadIdOf("guy"), userMsTenantId: "other" })).toMatchObject({
        body: { task: { type: "message", value: expect.stringContaining("I do not know you here") } },
      });
    });

    it("for a verdict asks what was wrong, or what was good", async () => {
      const feedback = (reaction: "like" | "dislike") =>
        answer({ ...origin(), kind: "open_feedback", reaction, messageId: "1" });
      expect(JSON.stringify(await feedback("dislike"))).toContain(inputIds.reason);
      expect(JSON.stringify(await feedback("like"))).not.toContain(inputIds.reason);
    });
  });

  describe("a card that asks for its present state", () => {
    const refresh = (verb: string, id: string, change: Partial<TeamsOrigin> = {}): Promise<InvokeAnswer> =>
      answer({ ...origin(change), kind: "refresh_card", verb, values: { id }, messageId: "1" });
    const asAda = { userAadId: aadIdOf("ada"), userId: "29:ada" };
    const turn = async (): Promise<TurnId> => {
      const sample = sampleQuestion(bench.company, {
        channel: "teams",
        shared: true,
        address: { userId: "29:sam" },
      });
      const threadKey = `teams:${msTenantId}:channel:19%3Apumps%3Bmessageid%3D1`;
      const question = { ...sample, payload: { ...sample.payload, threadKey } };
      await bench.database.inbox.receive(question);
      await bench.database.withTenant(bench.company.tenantId, async ({ turns }) => {
        await turns.take(question.id, 10_000);
        const end = sampleEnd(question.id);
        await turns.end(question.id, { ...end, reply: end.reply && { ...end.reply, fuller: true } });
      });
      return question.id;
    };
    beforeEach(() => {
      bench.teams.members.push(teamsMember("ada"));
    });

    it("offers the fuller answer to the asker alone", async () => {
      const id = await turn();
      const mine = await refresh(verbs.refreshReply, id);
      expect(mine).toMatchObject({
        body: { type: "application/vnd.microsoft.card.adaptive", statusCode: 200 },
      });
      expect(JSON.stringify(mine)).toContain(verbs.showFuller);
      const hers = await refresh(verbs.refreshReply, id, { ...asAda, ...inChannel });
      expect(hers).toMatchObject({ body: { type: "application/vnd.microsoft.card.adaptive" } });
      expect(JSON.stringify(hers)).not.toContain(verbs.showFuller);
      expect(await refresh(verbs.refreshReply, id, asAda)).toMatchObject({
        body: { type: "application/vnd.microsoft.activity.message" },
      });
    });

    it("shows a request for a human to those who may take it over", async () => {
      const turnId = await turn();
      const { tenantId } = bench.company;
      const id = newId<HandoffId>();
      const requestedBy = personOf(bench.company, "sam");
      const row = bench.database.tables(tenantId).turns.get(turnId);
      if (row) row.departmentId = bench.company.departments.get("operations") ?? null;
      await bench.database.withTenant(tenantId, ({ handoffs }) =>
        handoffs.open({ id, turnId, requestedBy }, []),
      );
      const offer = JSON.stringify(await refresh(verbs.refreshHandoff, id, asAda));
      expect(offer).toContain(verbs.takeOver);
      expect(offer).toContain("https://teams.microsoft.com/l/message/19%3Apumps/1?");
      const saying = { body: { type: "application/vnd.microsoft.activity.message" } };
      expect(await refresh(verbs.refreshHandoff, id)).toMatchObject(saying);
      expect(await refresh(verbs.refreshReply, newId())).toMatchObject(saying);
      expect(await refresh("dance", id)).toMatchObject(saying);
      expect(await refresh(verbs.refreshReply, "no id")).toMatchObject(saying);
    });
  });

  it("is acknowledged in the form of each invoke, without a look at anything", () => {
    desk = bench.desk({ database: { withTenant: () => Promise.reject(new Error("not to be read")) } });
    const { acknowledge } = createTeamsInvokes(desk);
    const messageId = null;
    const values = { [inputIds.answerWhere]: answerPlaces.thread };
    expect(
      acknowledge({
        ...origin(),
        kind: "card_action",
        verb: verbs.askHuman,
        values: {},
        messageId,
        by: "execute",
      }),
    ).toMatchObject({
      status: 200,
      body: { statusCode: 200, type: "application/vnd.microsoft.activity.message" },
    });
    expect(
      acknowledge({ ...origin(), kind: "message_action", commandId: "x", values, about: null }),
    ).toMatchObject({
      body: { task: { type: "message", value: expect.stringContaining("in the conversation") } },
    });
    expect(acknowledge({ ...origin(), kind: "feedback", reaction: "like", values, messageId })).toEqual({
      status: 200,
      body: {},
    });
  });

  it("tells whoever uses the bot where no company is connected", () => {
    const { notConnected } = createTeamsInvokes(desk);
    const asked = { ...origin(), kind: "search", commandId: "search", query: "", skip: 0, count: 1 } as const;
    expect(notConnected(asked)).toMatchObject({
      body: { composeExtension: { type: "message", text: expect.stringContaining("not connected") } },
    });
  });

  it("says that it cannot show now what went wrong on our side", async () => {
    bench.database.breakDown("members", "identities");
    expect(await search("pump")).toMatchObject({
      status: 200,
      body: { composeExtension: { type: "message", text: "I cannot show this now. Try again in a moment." } },
    });
  });
});
