import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { personOf, type SampleCompany } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { ExpertError } from "../errors.ts";
import type { UserId } from "../ids.ts";
import type { ChannelPerson, ChannelProfile } from "./channel-identity.ts";
import { createPeople } from "./directory.ts";
import { createChannelPeople } from "./recognise-person.ts";

const hour = 3_600_000;
const person: ChannelPerson = { channel: "slack", workspaceId: "T1", externalId: "U1" };
const sam: ChannelProfile = { name: "Sam Staff", verifiedEmail: "Sam@small.example", ownMember: true };

describe("recognising people of a chat platform", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let now: number;
  let asked: number;
  beforeEach(() => {
    now = Date.parse("2026-01-01T09:00:00Z");
    database = createFakeDatabase(() => now);
    company = database.provision(smallCompany());
    asked = 0;
  });
  /** As another process would: nothing is remembered. */
  const process = () =>
    createChannelPeople({
      database,
      clock: { now: () => new Date(now) },
      people: createPeople({ database }),
    });
  const recognise = (profile: ChannelProfile, who = person, people = process()): Promise<UserId> =>
    people.recognise(company.tenantId, who, async () => {
      asked += 1;
      return profile;
    });
  const roles = (user: UserId) => database.tables(company.tenantId).members.get(user)?.roles;
  const audited = (name: string) =>
    database.tables(company.tenantId).audit.filter(({ event }) => event.event === name).length;

  it("matches a member by the confirmed address, once, and by id ever after", async () => {
    expect(await recognise(sam)).toBe(personOf(company, "sam"));
    expect(await recognise({ ...sam, verifiedEmail: "ada@small.example" })).toBe(personOf(company, "sam"));
    expect(asked).toBe(1);
    expect(audited("identity.linked")).toBe(1);
  });

  it("never goes by the name, nor by an address that is not confirmed", async () => {
    const user = await recognise({ ...sam, verifiedEmail: null });
    expect(user).not.toBe(personOf(company, "sam"));
    expect(roles(user)).toEqual(["guest"]);
  });

  it("looks for other confirmed addresses behind the first", async () => {
    const other = { ...sam, verifiedEmail: "sam@mail.example", otherVerifiedEmails: ["sam@small.example"] };
    expect(await recognise(other)).toBe(personOf(company, "sam"));
    const guest = await recognise({ ...other, ownMember: false }, { ...person, externalId: "U2" });
    expect(roles(guest)).toEqual(["guest"]);
  });

  it("takes everybody of another workspace, and its guests, for guests, whatever their address", async () => {
    expect(roles(await recognise({ ...sam, ownMember: false }))).toEqual(["guest"]);
    expect(audited("identity.linked")).toBe(0);
  });

  it("keeps one id in two workspaces apart", async () => {
    const stranger = { name: "X", verifiedEmail: null, ownMember: true };
    const one = await recognise(stranger);
    expect(await recognise(stranger, { ...person, workspaceId: "T2" })).not.toBe(one);
  });

  it("looks a guest up again after an hour, and not before", async () => {
    const guest = await recognise({ ...sam, verifiedEmail: "new@small.example" });
    now += hour - 1;
    expect(await recognise(sam)).toBe(guest);
    expect(asked).toBe(1);
    now += 1;
    expect(await recognise({ ...sam, verifiedEmail: "new@small.example" })).toBe(guest);
    expect(asked).toBe(2);
    now += hour;
    expect(await recognise(sam)).toBe(personOf(company, "sam"));
  });

  it("leaves a guest a guest while the platform does not answer, and throws for somebody new", async () => {
    const away = (): Promise<ChannelProfile> =>
      Promise.reject(new ExpertError("channel_unavailable", "Slack is away."));
    await expect(process().recognise(company.tenantId, person, away)).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    const guest = await recognise({ ...sam, verifiedEmail: null });
    now += 2 * hour;
    expect(await process().recognise(company.tenantId, person, away)).toBe(guest);
  });

  it.each([
    ["a member", sam],
    ["a guest", { ...sam, verifiedEmail: null }],
  ])("gives one user to two events of a new person at once: %s", async (_who, profile) => {
    const people = process();
    const users = await Promise.all([
      recognise(profile, person, people),
      recognise(profile, person, people),
      recognise(profile, person, process()),
    ]);
    expect(new Set(users).size).toBe(1);
  });

  describe("who only reads along", () => {
    const rows = (): readonly number[] => {
      const { identities, members, audit } = database.tables(company.tenantId);
      return [identities.size, members.size, audit.length];
    };
    const match = (profile: ChannelProfile, who = person): Promise<UserId | null> =>
      process().match(company.tenantId, who, profile);

    it("is found as a member by the confirmed address, and as nobody otherwise, writing nothing", async () => {
      const before = rows();
      expect(await match(sam)).toBe(personOf(company, "sam"));
      expect(await match({ ...sam, ownMember: false })).toBeNull();
      expect(await match({ ...sam, verifiedEmail: null })).toBeNull();
      expect(await match({ ...sam, verifiedEmail: "nobody@small.example" })).toBeNull();
      expect(rows()).toEqual(before);
    });

    it("is found by id where they were matched before, and is nobody while a guest", async () => {
      await recognise(sam);
      const guest = { ...person, externalId: "U2" };
      await recognise({ ...sam, verifiedEmail: null }, guest);
      const before = rows();
      expect(await match({ ...sam, verifiedEmail: null })).toBe(personOf(company, "sam"));
      expect(await match({ ...sam, verifiedEmail: null }, guest)).toBeNull();
      expect(await match(sam, guest)).toBe(personOf(company, "sam"));
      expect(rows()).toEqual(before);
    });

    it("makes nobody forget who people are", async () => {
      const forgotten: unknown[] = [];
      const people = { forget: (tenant: unknown): void => void forgotten.push(tenant) };
      const channelPeople = createChannelPeople({ database, clock: { now: () => new Date(now) }, people });
      await channelPeople.match(company.tenantId, person, sam);
      expect(forgotten).toEqual([]);
    });
  });

  it("remembers for a while who somebody is, without asking the database", async () => {
    const people = process();
    const user = await recognise(sam, person, people);
    database.breakDown("identities");
    expect(await recognise(sam, person, people)).toBe(user);
  });

  it("asks again where the database was away", async () => {
    const people = process();
    database.breakDown("identities");
    await expect(recognise(sam, person, people)).rejects.toMatchObject({ code: "database_unavailable" });
    database.breakDown();
    expect(await recognise(sam, person, people)).toBe(personOf(company, "sam"));
  });
});
