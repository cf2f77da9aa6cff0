import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Note, OutgoingMessage } from "../../../core/delivery/channel.ts";
import { type HandoffId, newId } from "../../../core/ids.ts";
import { texts } from "../render/texts.ts";
import { startTokenIssuer, type TokenIssuer } from "../../../tests/teams/token-issuer.ts";
import type { Message } from "../../../tests/teams-platform/teams-platform.ts";
import { type ChannelBench, openChannelBench, textsOf, until } from "./teams-channel.fixture.ts";

describe("the channel to Teams", () => {
  let bench: ChannelBench;
  let issuer: TokenIssuer;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
  });
  afterAll(() => issuer.close());
  beforeEach(async () => {
    bench = await openChannelBench({ issuer });
  });
  afterEach(() => bench.close());
  const noteOf = (note: Note): OutgoingMessage => ({ kind: "note", turnId: null, language: "en", note });

  it("shows in a group one message while it works, and the answer in its place", async () => {
    const { group } = bench;
    const turn = bench.newTurn();
    const channel = bench.newProcess();
    const show = channel.follow(bench.thread(group), bench.followed(turn));
    await until(() => group.messages().length === 1);
    show({ kind: "state", state: "retrieved" });
    show({ kind: "text", text: "Two years and " });
    await delay(40);
    expect(textsOf(group.messages())).toEqual(["_Finding the right department…_"]);
    await channel.post(bench.thread(group), bench.answer("Two years. [1]", turn), bench.posting());
    const [answer, card, ...others] = group.messages();
    expect(answer).toMatchObject({ text: "Two years. [1]", edits: 1 });
    expect(card?.buttons).toContain("Ask a human");
    expect(others).toEqual([]);
    expect(bench.calls("send")).toBe(2);
  });

  it("answers in a channel within the thread that asked", async () => {
    const { ann, general } = bench;
    const { id } = await ann.mention(general, "How long is a hose warranted?");
    const turn = bench.newTurn();
    const thread = bench.thread(general, id);
    const channel = bench.newProcess();
    channel.follow(thread, bench.followed(turn));
    await until(() => general.thread(id).length === 2);
    await channel.post(thread, bench.answer("Two years.", turn), bench.posting());
    expect(textsOf(general.thread(id)).slice(1)).toEqual(["Two years.", ""]);
    expect(general.messages()).toHaveLength(3);
  });

  it("offers to show an answer to everyone where it is about a conversation, and not elsewhere", async () => {
    const channel = bench.newProcess();
    const address = { user: "u", team: bench.contoso.id, serviceUrl: bench.platform.serviceUrl };
    const about = `teams:${bench.contoso.id}:groupChat:x`;
    for (const known of [address, { ...address, about }]) {
      const answer = bench.answer("Two years.", bench.newTurn(), { shareable: true });
      await channel.post(bench.thread(), answer, bench.posting({ address: known }));
    }
    const [, alone, , shown] = bench.ann.chat.messages();
    expect(alone?.buttons).toEqual(["Ask a human"]);
    expect(shown?.buttons).toEqual(["Show to everyone", "Ask a human"]);
  });

  it("mentions whom an asker or expert is to write to, or says their name where Teams takes no mention", async () => {
    const { ann, contoso, platform } = bench;
    const ben = contoso.person({ name: "Ben", email: "ben@contoso.example" });
    await contoso.installFor(ben);
    const address = { user: ben.aadObjectId, team: contoso.id, serviceUrl: platform.serviceUrl };
    const found = noteOf({ kind: "expert_found", expert: { name: "Ben Berg", address } });
    const refusal = { status: 400, code: "BadArgument" };
    const post = async (): Promise<Message | undefined> => {
      await bench.newProcess().post(bench.direct(ann), found, bench.posting());
      return ann.chat.messages().at(-1);
    };
    const told = await post();
    expect(JSON.stringify(told)).toContain(
      JSON.stringify({
        type: "mention",
        text: "<at>Ben Berg</at>",
        mentioned: { id: ben.id, name: "Ben Berg" },
      }),
    );
    expect(JSON.stringify(told)).toContain("users=ben%40contoso.example");
    platform.fail({
      operation: "send",
      how: refusal,
      where: ({ body }) => JSON.stringify(body).includes("<at>"),
    });
    const plain = await post();
    expect(plain?.summary).toContain("Ben Berg has taken over");
    expect(JSON.stringify(plain)).not.toContain("<at>");
    platform.fail({ operation: "member", how: refusal });
    expect(JSON.stringify(await post())).not.toContain("<at>");
  });

  it("changes the one message in a group for a place in line alone, until the text begins", async () => {
    const { group } = bench;
    const show = bench.newProcess().follow(bench.thread(group), bench.followed(bench.newTurn()));
    await until(() => group.messages().length === 1);
    show({ kind: "state", state: "retrieved" });
    for (const place of [2, 1]) show({ kind: "waiting", place });
    const says = (text: string) => (): boolean => textsOf(group.messages())[0] === text;
    await until(says("_Waiting for the model: 1 question before yours…_"));
    show({ kind: "text", text: "Two " });
    await until(says("_Writing the answer…_"));
    const [message] = group.messages();
    const edits = message?.edits;
    show({ kind: "text", text: "years." });
    await delay(100);
    expect(group.messages()[0]?.edits).toBe(edits);
  });

  it("splits what is longer than a message, and lets the last text be rated", async () => {
    const turn = bench.newTurn();
    const paragraph = `${"word ".repeat(1_000).trim()}.`;
    const text = Array.from({ length: 9 }, () => paragraph).join("\n\n");
    const ref = await bench.newProcess().post(bench.thread(), bench.answer(text, turn), bench.posting());
    const messages = bench.ann.chat.messages();
    expect(messages).toHaveLength(4);
    expect(messages.map(({ channelData }) => "feedbackLoop" in channelData)).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(ref["activityId"]).toBe(messages[2]?.id);
  });

  it("brings a failure with the offer of a human, and a note as a card", async () => {
    const turn = bench.newTurn();
    const channel = bench.newProcess();
    const failure: OutgoingMessage = {
      kind: "failure",
      turnId: turn.id,
      code: "model_unavailable",
      message: "The model is away.",
      remedy: "Try again later.",
    };
    await channel.post(bench.thread(), failure, bench.posting());
    const note = noteOf({ kind: "taken_over", handoffId: newId<HandoffId>(), by: "Ada" });
    const ref = await channel.post(bench.thread(bench.group), note, bench.posting());
    expect(bench.ann.chat.messages()[0]?.text).toContain("The model is away.");
    const [card] = bench.group.messages();
    expect(card?.buttons).toEqual(["Give back"]);
    expect(ref["activityId"]).toBe(card?.id);
  });

  it("offers the fuller answer to the asker alone, once", async () => {
    const turn = bench.newTurn();
    const answer = bench.answer("Two years.", turn, { fuller: true });
    const posting = bench.posting();
    await bench.newProcess().post(bench.thread(bench.group), answer, posting);
    await bench.newProcess().post(bench.thread(bench.group), answer, posting);
    expect(bench.ann.chat.messages().map(({ buttons }) => buttons)).toEqual([[texts.en.showFuller]]);
  });

  describe("writes to a person directly", () => {
    const offered = noteOf({
      kind: "handoff_offered",
      handoffId: newId<HandoffId>(),
      askedBy: "Sam",
      department: "Support",
      question: "How long is a hose warranted?",
      threadKey: "teams:t:channel:19%3Ax%40thread.tacv2%3Bmessageid%3D1",
      address: {},
    });
    const keep = (address: Readonly<Record<string, string>>, externalId = bench.ann.aadObjectId) =>
      bench.database.withTenant(bench.tenantId, ({ references }) =>
        references.keep(
          {
            channel: "teams",
            workspaceId: bench.contoso.id,
            kind: "person",
            externalId,
            teamId: null,
            name: null,
            address,
          },
          { at: new Date(), welcome: false, audit: [] },
        ),
      );

    it("in the chat that is known", async () => {
      await keep({ serviceUrl: bench.platform.serviceUrl, conversationId: bench.ann.chat.id });
      await bench.newProcess().post(bench.direct(bench.ann), offered, bench.posting({ address: {} }));
      expect(bench.ann.chat.messages()[0]?.buttons).toContain("Take over");
      expect(bench.calls("createConversation")).toBe(0);
    });

    it("in a chat that is begun for it, once for all messages", async () => {
      const channel = bench.newProcess();
      await channel.post(bench.direct(bench.ann), offered, bench.posting());
      await channel.post(bench.direct(bench.ann), offered, bench.posting());
      expect(bench.ann.chat.messages()).toHaveLength(2);
      expect(bench.calls("createConversation")).toBe(1);
    });

    it("through the address of any conversation of their Microsoft tenant that is known", async () => {
      const other = bench.contoso.person({ name: "Sam Roe" });
      await keep({ serviceUrl: bench.platform.serviceUrl, conversationId: other.chat.id }, other.aadObjectId);
      await bench.newProcess().post(bench.direct(bench.ann), offered, bench.posting({ address: {} }));
      expect(bench.ann.chat.messages()).toHaveLength(1);
    });

    it("not where nothing of their Microsoft tenant is known, and says what to do", async () => {
      const posted = bench
        .newProcess()
        .post(bench.direct(bench.ann), offered, bench.posting({ address: {} }));
      await expect(posted).rejects.toMatchObject({
        code: "channel_refused",
        remedy: expect.stringContaining("write to the bot") as unknown,
      });
    });

    it("not where they do not have the app, and says what to do", async () => {
      const ada = bench.contoso.person({ name: "Ada King" });
      const posted = bench.newProcess().post(bench.direct(ada), offered, bench.posting());
      await expect(posted).rejects.toMatchObject({
        code: "channel_refused",
        remedy: expect.stringContaining("Setup policies") as unknown,
      });
      expect(bench.platform.forgive()).toEqual(["ForbiddenOperationException"]);
    });
  });

  it("takes back what was shown of a turn that a human answers", async () => {
    const { group } = bench;
    const turn = bench.newTurn();
    const channel = bench.newProcess();
    channel.follow(bench.thread(group), bench.followed(turn));
    await until(() => turn.kept.length === 1);
    await channel.withdraw(bench.thread(group), turn.id, []);
    expect(group.messages()).toEqual([]);
    const other = bench.newTurn();
    channel.follow(bench.thread(), bench.followed(other));
    await until(() => other.kept.length === 1);
    await bench.newProcess().withdraw(bench.thread(), other.id, other.kept);
    expect(bench.ann.chat.messages()).toEqual([]);
  });

  it("does not post over a human who has taken the thread over while it waited", async () => {
    const pace = { conversation: [{ count: 1, ms: 300 }] };
    // A clock that stands still: the second message has to wait, however late it comes.
    const paceTime = { now: () => 0, wait: (ms: number) => delay(ms) };
    const channel = bench.newProcess({ pace, paceTime });
    const turn = bench.newTurn();
    const note = noteOf({ kind: "given_back", by: "Ada" });
    await channel.post(bench.thread(), note, bench.posting());
    const posted = channel.post(
      bench.thread(),
      bench.answer("Two years.", turn),
      bench.posting({ held: true }),
    );
    await expect(posted).rejects.toMatchObject({ code: "cancelled" });
    await channel.post(bench.thread(), note, bench.posting({ held: true }));
    expect(bench.ann.chat.messages()).toHaveLength(2);
  });

  it("is changed where it stands by what replaces it, in as many parts as that has, or posted anew", async () => {
    const channel = bench.newProcess();
    const turn = bench.newTurn();
    const answered = await channel.post(bench.thread(), bench.answer("Open it [1].", turn), bench.posting());
    const shown = () => bench.ann.chat.messages().filter(({ from }) => from === bench.platform.botId);
    const [text, card] = shown().slice(-2);
    expect(answered["parts"]).toBe(`${text?.id ?? ""} ${card?.id ?? ""}`);
    const before = shown().length;
    const withdrawn: OutgoingMessage = {
      kind: "note",
      turnId: turn.id,
      language: "en",
      note: { kind: "answer_withdrawn", by: "Fay" },
    };
    bench.platform.fail({ operation: "delete", how: { status: 502 } });
    await expect(
      channel.post(bench.thread(), withdrawn, bench.posting({ standing: answered })),
    ).rejects.toMatchObject({ code: "channel_unavailable" });
    const replaced = await channel.post(
      bench.thread(),
      withdrawn,
      bench.posting({ standing: answered, attempt: 2 }),
    );
    expect(replaced).toEqual({ conversationId: bench.ann.chat.id, activityId: text?.id });
    expect(shown().length).toBe(before - 1);
    expect(shown().at(-1)).toMatchObject({ id: text?.id, text: "Fay took this answer back." });

    const again = await channel.post(
      bench.thread(),
      withdrawn,
      bench.posting({ standing: { ...replaced, activityId: "404" } }),
    );
    expect(again["activityId"]).not.toBe("404");
    expect(shown().length).toBe(before);
    expect(bench.platform.forgive()).toEqual(["ActivityNotFoundInConversation"]);
  });
});
