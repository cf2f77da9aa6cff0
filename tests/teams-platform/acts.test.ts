import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { parseActivity } from "../../adapters/teams/receive/parse-activity.ts";
import { createTokenVerifier } from "../../adapters/teams/receive/verify-token.ts";
import { systemClock } from "../../core/clock.ts";
import { startTokenIssuer, type TokenIssuer } from "../teams/token-issuer.ts";
import { hasRecordedActivities, recordedActivities } from "../teams/recorded-activities.ts";
import { startTeamsPlatform } from "./start-teams-platform.ts";
import type { Delivery, Person, Place, Team, TeamsPlatform, Tenant } from "./teams-platform.ts";

/** What the bot makes of an activity. */
const parsed = (delivery: Delivery | undefined): unknown => {
  const faults: string[] = [];
  const found = parseActivity(delivery?.activity ?? {}, (fault) => faults.push(fault));
  expect(faults).toEqual([]);
  return found;
};

describe("what people do in the local Teams", () => {
  let platform: TeamsPlatform;
  let issuer: TokenIssuer;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
  });
  afterAll(() => issuer.close());
  let contoso: Tenant;
  let ann: Person;
  let support: Team;
  let general: Place;
  let bot: Server;
  let received: { readonly authorization: string | undefined; readonly body: string }[];
  beforeEach(async () => {
    platform = await startTeamsPlatform({ issuer });
    contoso = platform.tenant({ name: "Contoso" });
    ann = contoso.person({ name: "Ann Lee", email: "ann@contoso.example" });
    support = contoso.team({ name: "Support", members: [ann] });
    general = support.channel({ name: "General" });
    received = [];
    bot = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        received.push({ authorization: request.headers.authorization, body });
        response.writeHead(202).end();
      });
    });
    bot.keepAliveTimeout = 120_000;
    await new Promise<void>((resolve) => bot.listen(0, "127.0.0.1", resolve));
    platform.connect({ url: `http://127.0.0.1:${String((bot.address() as AddressInfo).port)}/` });
  });
  afterEach(async () => {
    await platform.close();
    bot.closeAllConnections();
    await new Promise((resolve) => bot.close(resolve));
  });

  it("reaches the bot with a token that it accepts", async () => {
    await contoso.installFor(ann);
    const { delivery } = await ann.message(ann.chat, "How long is a hose warranted?");
    expect(delivery).toMatchObject({ kind: "message", status: 202 });
    const { settings, appId } = platform.issuer;
    const verifier = createTokenVerifier(
      { appId, issuer: settings.TEAMS_TOKEN_ISSUER, metadataUrl: settings.TEAMS_OPENID_METADATA_URL },
      { clock: systemClock },
    );
    expect(received).toHaveLength(3);
    for (const { authorization, body } of received)
      await verifier.verify(authorization, JSON.parse(body) as { channelId: unknown; serviceUrl: unknown });
    const forged = await platform.send(delivery?.activity ?? {}, null);
    expect(forged.status).toBe(202);
    expect(received.at(-1)?.authorization).toBeUndefined();
    expect(await platform.redeliver(forged, 2)).toHaveLength(2);
  });

  it("is told as Teams tells it: messages, mentions, threads, what the bot may not know", async () => {
    await contoso.installFor(ann);
    const personal = await ann.message(ann.chat, "leave?");
    expect(parsed(personal.delivery)).toMatchObject({
      event: { kind: "message", conversationType: "personal", addressed: true, message: { text: "leave?" } },
    });
    const asked = await ann.mention(general, "leave?");
    expect(parsed(asked.delivery)).toMatchObject({
      event: {
        kind: "message",
        conversationType: "channel",
        conversationId: `${general.id};messageid=${asked.id}`,
        userAadId: ann.aadObjectId,
        addressed: true,
        message: { text: "leave?" },
      },
    });
    const next = await ann.message(general, "and mine?", { threadId: asked.id });
    expect(parsed(next.delivery)).toMatchObject({
      event: { addressed: false, conversationId: `${general.id};messageid=${asked.id}` },
    });
    expect(general.thread(asked.id)).toHaveLength(2);
    const group = contoso.groupChat({ members: [ann] });
    expect((await ann.message(group, "leave?")).delivery).toBeUndefined();
    expect((await ann.mention(group, "leave?")).delivery).toBeDefined();
    const without = contoso.groupChat({ members: [ann], bot: false });
    expect((await ann.mention(without, "leave?")).delivery).toBeUndefined();
    await expect(contoso.person({ name: "Sam" }).message(ann.chat, "hi")).rejects.toThrow("is not in");
  });

  it("is told twice where the app comes and goes", async () => {
    const kinds = async (told: Promise<readonly Delivery[]>): Promise<unknown[]> =>
      (await told).map((delivery) => (parsed(delivery) as { event: object }).event);
    expect(await kinds(contoso.installFor(ann))).toMatchObject([
      { kind: "installed", told: "installation", conversationType: "personal" },
      { kind: "installed", told: "members" },
    ]);
    expect(await kinds(contoso.uninstallFor(ann))).toMatchObject([{ kind: "removed" }, { kind: "removed" }]);
    expect(await kinds(support.install(ann))).toMatchObject([
      { kind: "installed", teamId: support.id, teamName: "Support" },
      { kind: "installed" },
    ]);
    expect(await kinds(support.uninstall(ann))).toMatchObject([{ kind: "removed" }, { kind: "removed" }]);
  });

  it("uses what a message offers, and nothing else", async () => {
    await contoso.installFor(ann);
    const post = async (activity: object): Promise<string> => {
      const path = `v3/conversations/${encodeURIComponent(ann.chat.id)}/activities`;
      const response = await fetch(`${platform.serviceUrl}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${platform.issuer.botToken}`, "content-type": "application/json" },
        body: JSON.stringify(activity),
      });
      return ((await response.json()) as { id: string }).id;
    };
    const data = { verb: "ask_human", id: "turn" };
    const fallback = { type: "Action.Submit", title: "Ask", data };
    const execute = {
      type: "Action.Execute",
      title: "Ask",
      verb: "ask_human",
      data: { id: "turn" },
      fallback,
    };
    const content = { type: "AdaptiveCard", version: "1.5", body: [], actions: [execute] };
    const attachments = [{ contentType: "application/vnd.microsoft.card.adaptive", content }];
    const card = ann.chat.message(await post({ type: "message", attachments }));
    const answer = ann.chat.message(
      await post({ type: "message", text: "Two.", channelData: { feedbackLoop: { type: "custom" } } }),
    );
    if (!card || !answer) throw new Error("nothing was posted");
    const clicked = { kind: "card_action", verb: "ask_human", values: { id: "turn" }, messageId: card.id };
    expect(parsed(await ann.click(card, "Ask"))).toMatchObject({ event: { ...clicked, by: "execute" } });
    expect(parsed(await ann.click(card, "Ask", { as: "submit" }))).toMatchObject({
      event: { ...clicked, by: "submit" },
    });
    await expect(ann.click(card, "Delete")).rejects.toThrow("no button");
    expect(parsed(await ann.openFeedback(answer, "dislike"))).toMatchObject({
      inquiry: { kind: "open_feedback", reaction: "dislike", messageId: answer.id },
    });
    expect(parsed(await ann.rate(answer, "like", { feedback_comment: "good" }))).toMatchObject({
      event: { kind: "feedback", reaction: "like", values: { feedback_comment: "good" } },
    });
    await expect(ann.rate(card, "like")).rejects.toThrow("cannot be rated");
    const search = { commandId: "search", parameters: [{ name: "query", value: "hose" }] };
    expect(parsed(await ann.invoke(ann.chat, "composeExtension/query", search))).toMatchObject({
      inquiry: { kind: "search", query: "hose" },
    });
    expect(platform.violations).toEqual([]);
  });

  it("searches and asks about messages, where the bot is not, too", async () => {
    const elsewhere = contoso.groupChat({ members: [ann], bot: false });
    const search = await ann.search(elsewhere, "hose", { skip: 5, count: 5 });
    expect(parsed(search.delivery)).toMatchObject({
      inquiry: { kind: "search", commandId: "search", query: "hose", skip: 5, count: 5 },
    });
    expect(parsed((await ann.search(elsewhere, "")).delivery)).toMatchObject({ inquiry: { query: "" } });
    const { message } = await ann.message(general, "How long is <a hose> warranted?");
    const about = { id: message.id, text: "How long is <a hose> warranted?", fromAadId: ann.aadObjectId };
    expect(parsed(await ann.askAbout(message))).toMatchObject({
      inquiry: { kind: "open_message_action", conversationId: message.conversationId, about },
    });
    expect(parsed(await ann.sendAskAbout(message, { question: "Why?" }))).toMatchObject({
      event: { kind: "message_action", values: { question: "Why?" }, about },
    });
  });

  it("tells of changed and removed messages, and of people who come and go", async () => {
    const ben = contoso.person({ name: "Ben Berg" });
    const { message, id } = await ann.message(general, "leave?");
    expect(parsed(await ann.edit(message, "how much leave?"))).toBeNull();
    expect(parsed(await ann.edit(message, "leave!", { mention: true }))).toMatchObject({
      event: { kind: "message", addressed: true, message: { id, text: "leave!" } },
    });
    expect(general.message(id)).toMatchObject({ text: "leave!", edits: 2 });
    expect(parsed(await ann.delete(message))).toBeNull();
    expect(general.message(id)).toBeUndefined();
    await expect(ben.message(general, "hi")).rejects.toThrow("is not in");
    await contoso.join(general, ben);
    expect(parsed(platform.deliveries.at(-1))).toMatchObject({ event: { kind: "members_changed" } });
    expect((await ben.message(general, "hi")).delivery).toBeDefined();
    await contoso.leave(general, ben);
    await expect(ben.message(general, "hi")).rejects.toThrow("is not in");
    const chat = contoso.groupChat({ members: [ann], bot: false });
    await contoso.installIn(chat, ann);
    expect((await ann.mention(chat, "leave?")).delivery).toBeDefined();
    await contoso.uninstallFrom(chat, ann);
    expect((await ann.mention(chat, "leave?")).delivery).toBeUndefined();
  });

  it("hands files over by their address alone, and pictures to the bot alone", async () => {
    const { drive } = platform;
    const file = drive.file({ name: "leave.pdf", content: "%PDF" }) as { content: { downloadUrl: string } };
    const first = drive.open(new URL(file.content.downloadUrl));
    expect(first?.status).toBe(302);
    const second = drive.open(new URL(first?.headers.get("location") ?? ""));
    expect(await second?.text()).toBe("%PDF");
    expect(drive.open(new URL("https://evil.example/"))).toBeNull();
    expect(platform.violations).toEqual([]);
    drive.open(new URL(file.content.downloadUrl), { headers: { authorization: "Bearer x" } });
    expect(platform.forgive()).toEqual(["Credentials"]);
    const picture = drive.picture({ content: "png", mediaType: "image/png" }) as { contentUrl: string };
    const authorization = `Bearer ${platform.issuer.botToken}`;
    expect(await (await fetch(picture.contentUrl, { headers: { authorization } })).text()).toBe("png");
    expect((await fetch(picture.contentUrl)).status).toBe(401);
    platform.forgive();
  });

  it("names in an activity what Teams' recorded ones name", async () => {
    if (!hasRecordedActivities()) return;
    await contoso.installFor(ann);
    const [, recorded = {}] =
      recordedActivities().find(([name]) => name.includes("streaming") && name.includes("aiMention")) ?? [];
    const { delivery } = await ann.mention(general, "What is love?");
    const names = (value: unknown): string[] => Object.keys(value as object).sort();
    expect(names(delivery?.activity)).toEqual(names(recorded));
    for (const part of ["from", "conversation", "recipient"])
      expect(names(delivery?.activity[part])).toEqual(expect.arrayContaining(names(recorded[part])));
  });
});
