import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { allSaid, answersAmong, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Delivery, Message, Person, Place, Team } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";

interface Kept {
  readonly kind: string;
  readonly external_id: string;
  readonly name: string | null;
}

/** The app is added to people, teams and group chats, taken out, and added again. */
describe("where the app comes and goes in Teams", () => {
  let product: TeamsProduct;
  let people: TeamsProduct["people"];
  let begun: Awaited<ReturnType<typeof begin>>;
  beforeAll(async () => {
    product = await startTeamsProduct();
    ({ people } = product);
    await product.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    begun = await begin();
    await product.settled();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  /** What the tests begin with, at the same time: a welcome takes long, since Teams tells of an addition twice. */
  async function begin() {
    const { ada, sam, vic } = people;
    const team = (name: string, bot: boolean): Team =>
      product.tenant.team({ name, members: [ada, sam], bot });
    const [nightShift, upgraded] = [team("Night shift", false), team("Upgraded", true)];
    const pumps = nightShift.channel({ name: "Pumps" });
    const early = await sam.mention(pumps, "How do I start the pump?");
    const handover = product.tenant.groupChat({ name: "Handover", members: [ada, sam], bot: false });
    const [toldOfSam, toldOfUpgraded] = await Promise.all([
      product.tenant.installFor(sam),
      upgraded.install(ada),
      product.tenant.installFor(ada),
      product.tenant.installFor(vic),
      nightShift.install(ada),
      product.tenant.installIn(handover, ada),
    ]);
    return { nightShift, pumps, early, handover, upgraded, toldOfSam, toldOfUpgraded };
  }

  const own = (place: Place): readonly Message[] => product.ofBot(place.messages());
  /** What is kept of conversations, by their ids in Teams. */
  const kept = (...ids: readonly string[]): Promise<readonly Kept[]> =>
    product.rows<Kept & Record<string, unknown>>(
      `select kind, external_id, name from conversation_references
       where external_id = any ($1) order by kind`,
      [ids],
    );
  const audited = async (event: string, id: string): Promise<number> => {
    const rows = await product.rows(
      "select 1 from audit_events where event = $1 and metadata ->> 'id' = $2 and metadata ->> 'channel' = 'teams'",
      [event, id],
    );
    return rows.length;
  };
  const answersIn = async (person: Person, place: Place): Promise<readonly string[]> => {
    const before = place.messages().length;
    await person.mention(place, "How do I start the pump?");
    await product.settled();
    return answersAmong(product.ofBot(place.messages().slice(before))).map(({ text }) => text);
  };

  it("welcomes a person once in their own chat, though Teams tells of it twice and again", async () => {
    const { sam } = people;
    const told = begun.toldOfSam;
    expect(told.map(({ status }) => status)).toEqual([200, 200]);
    for (const delivery of told) await product.platform.redeliver(delivery, 2);
    await product.settled();
    const [welcome, ...more] = own(sam.chat);
    expect(more).toEqual([]);
    expect(saidBy(welcome)).toMatch(
      /Hello Sam[^]*Just write what you want to know[^]*How do I start the pump\?/,
    );
    expect(welcome?.buttons).toEqual(["How do I start the pump?"]);
    expect(await kept(sam.aadObjectId)).toEqual([
      { kind: "person", external_id: sam.aadObjectId, name: null },
    ]);
    expect(await audited("channel.installed", sam.aadObjectId)).toBe(1);
  });

  it("forgets a person who takes it out, tells them nothing more, and welcomes them anew", async () => {
    const { vic, ada } = people;
    expect(own(vic.chat)).toHaveLength(1);
    await product.tenant.uninstallFor(vic);
    await product.settled();
    expect(await kept(vic.aadObjectId)).toEqual([]);
    expect(await audited("channel.uninstalled", vic.aadObjectId)).toBeGreaterThan(0);
    const chat = product.tenant.groupChat({ name: "Pumps", members: [ada, vic] });
    const asked = await vic.mention(chat, "departments");
    expect(asked.delivery?.status).toBe(200);
    await product.settled();
    expect(own(vic.chat)).toHaveLength(1);
    expect(allSaid(own(chat))).toEqual([expect.stringContaining("Open a chat with me")]);
    expect(new Set(product.platform.forgive())).toEqual(new Set(["ForbiddenOperationException"]));
    await product.tenant.installFor(vic);
    await product.settled();
    expect(own(vic.chat)).toHaveLength(2);
    expect(await kept(vic.aadObjectId)).toHaveLength(1);
  });

  it("welcomes a team in its channel, by its name, and keeps team and channel; taken out, it is silent; added again, it answers", async () => {
    const { ada, sam } = people;
    const { nightShift: team, pumps, early } = begun;
    const general = team.channel({ name: "General" });
    expect(early.delivery).toBeUndefined();
    expect(allSaid(own(general))).toEqual([
      expect.stringMatching(/Ask me in any channel here[^]*Mention me[^]*How do I start the pump\?/),
    ]);
    expect(own(pumps)).toEqual([]);
    // The examples of a team are read, not clicked.
    expect(own(general)[0]?.buttons).toEqual([]);
    expect(await kept(team.id)).toEqual([
      { kind: "channel", external_id: team.id, name: null },
      { kind: "team", external_id: team.id, name: "Night shift" },
    ]);
    expect(await answersIn(sam, pumps)).toEqual([expect.stringContaining(inlet)]);
    await team.uninstall(ada);
    await product.settled();
    expect(await kept(team.id, pumps.id)).toEqual([]);
    expect((await sam.mention(pumps, "How do I start the pump?")).delivery).toBeUndefined();
    await team.install(ada);
    await product.settled();
    expect(own(general)).toHaveLength(2);
    expect(await answersIn(sam, pumps)).toEqual([expect.stringContaining(inlet)]);
  });

  it("welcomes a group chat, forgets it where it is taken out, and answers there again", async () => {
    const { ada, sam } = people;
    const { handover: chat } = begun;
    expect(allSaid(own(chat))).toEqual([expect.stringContaining("Ask me in this chat")]);
    expect(await kept(chat.id)).toMatchObject([{ kind: "chat" }]);
    expect(await answersIn(sam, chat)).toEqual([expect.stringContaining(inlet)]);
    await product.tenant.uninstallFrom(chat, ada);
    await product.settled();
    expect(await kept(chat.id)).toEqual([]);
    expect(await answersIn(sam, chat)).toEqual([]);
    await product.tenant.installIn(chat, sam);
    await product.settled();
    expect(own(chat).filter((message) => saidBy(message).includes("Ask me in this chat"))).toHaveLength(2);
    expect(await kept(chat.id)).toHaveLength(1);
  });

  it("keeps where people write to it, though it was added before this product was there", async () => {
    const { fay } = people;
    const chat = product.tenant.groupChat({ name: "Old", members: [fay] });
    expect(await kept(chat.id)).toEqual([]);
    expect(await answersIn(fay, chat)).toEqual([expect.stringContaining(inlet)]);
    expect(await kept(chat.id)).toMatchObject([{ kind: "chat" }]);
    expect(own(chat).filter((message) => saidBy(message).includes("Ask me in this chat"))).toEqual([]);
  });

  it("says nothing of an upgrade, and forgets a channel that is deleted", async () => {
    const { sam } = people;
    const { upgraded: team, toldOfUpgraded } = begun;
    const pumps = team.channel({ name: "Pumps" });
    expect(await answersIn(sam, pumps)).toHaveLength(1);
    const installed = toldOfUpgraded.find(({ kind }) => kind === "installationUpdate");
    const upgrade = { ...installed!.activity, id: "f:upgrade", action: "add-upgrade" };
    expect(await product.platform.send(upgrade)).toMatchObject({ status: 200 });
    await product.settled();
    expect(own(team.channel({ name: "General" }))).toHaveLength(1);
    const { activity } = installed!;
    const channelData = {
      ...(activity["channelData"] as object),
      channel: { id: pumps.id },
      eventType: "channelDeleted",
    };
    const gone = { ...activity, type: "conversationUpdate", id: "f:deleted", action: undefined, channelData };
    expect(await product.platform.send(gone)).toMatchObject({ status: 200 });
    await product.settled();
    expect(await kept(pumps.id)).toEqual([]);
    expect(await kept(team.id)).toHaveLength(2);
  });

  it("goes on where it stopped: what came while it was away is welcomed once it is sent again", async () => {
    const person = product.tenant.person({ name: "Late Comer", email: "fay@small.example" });
    await product.stop();
    const missed: readonly Delivery[] = await product.tenant.installFor(person);
    expect(missed.map(({ status }) => status)).toEqual([0, 0]);
    await product.start();
    await Promise.all(missed.map((delivery) => product.platform.redeliver(delivery, 2)));
    await product.settled();
    expect(allSaid(own(person.chat))).toEqual([expect.stringContaining("Hello Fay")]);
  });
});
