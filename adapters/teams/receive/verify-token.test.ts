import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { isExpertError } from "../../../core/errors.ts";
import { startTokenIssuer, type TokenChange, type TokenIssuer } from "../../../tests/teams/token-issuer.ts";
import { createTokenVerifier, type TokenVerifier } from "./verify-token.ts";

const serviceUrl = "https://smba.trafficmanager.net/amer/";
const seconds = () => Math.floor(Date.now() / 1_000);
const realClock = { now: () => new Date() };

describe("a token of Teams", () => {
  let issuer: TokenIssuer;
  let verifier: TokenVerifier;
  const verifierOf = (clock = realClock, appId = issuer.appId): TokenVerifier =>
    createTokenVerifier(
      {
        appId,
        issuer: issuer.settings.TEAMS_TOKEN_ISSUER,
        metadataUrl: issuer.settings.TEAMS_OPENID_METADATA_URL,
      },
      { clock },
    );
  beforeAll(async () => {
    issuer = await startTokenIssuer({ unendorsed: true });
    // Botbuilder writes what it refuses to the console.
    jest.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await issuer.close();
  });
  beforeEach(() => {
    verifier = verifierOf();
  });
  const activity = { channelId: "msteams", serviceUrl };
  const outcome = async (header: string | undefined, about: object = {}, by = verifier): Promise<unknown> => {
    try {
      await by.verify(header, { ...activity, ...about });
      return "genuine";
    } catch (error) {
      if (!isExpertError(error, "unauthenticated")) throw error;
      return error.facts["reason"];
    }
  };
  const of = (change: TokenChange): string => `Bearer ${issuer.token(serviceUrl, change)}`;

  it("is accepted, and proven once for as long as it is valid", async () => {
    const header = of({});
    expect(await outcome(header)).toBe("genuine");
    const asked = issuer.asked.length;
    expect(await outcome(header)).toBe("genuine");
    expect(issuer.asked).toHaveLength(asked);
  });

  it.each<[string, TokenChange, string]>([
    ["a wrong signature", { signature: "wrong" }, "signature"],
    ["no signature", { signature: "none" }, "signature"],
    ["no algorithm", { header: { alg: "none" }, signature: "none" }, "algorithm"],
    ["a shared secret as its algorithm", { header: { alg: "HS256" } }, "algorithm"],
    ["an unpublished key", { key: "unpublished" }, "key"],
    ["the name of another key", { header: { kid: "unendorsed" } }, "signature"],
    ["no key's name", { header: { kid: undefined } }, "key"],
    ["a key that may not sign for Teams", { key: "unendorsed" }, "endorsement"],
    ["another audience", { claims: { aud: "99999999-2222-3333-4444-555555555555" } }, "audience"],
    ["no audience", { claims: { aud: undefined } }, "audience"],
    ["another issuer", { claims: { iss: "https://evil.example" } }, "issuer"],
    [
      "the issuer of the emulator",
      { claims: { iss: "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/" } },
      "issuer",
    ],
    ["no issuer", { claims: { iss: undefined } }, "issuer"],
    ["an end that is over", { claims: { exp: seconds() - 301 } }, "expired"],
    ["no end", { claims: { exp: undefined } }, "expired"],
    ["a beginning to come", { claims: { nbf: seconds() + 4_000 } }, "early"],
    ["another service URL", { claims: { serviceurl: "https://evil.example/" } }, "service_url"],
    ["no service URL", { claims: { serviceurl: undefined } }, "service_url"],
    [
      "the claims of a skill",
      { claims: { ver: "1.0", appid: "99999999-2222-3333-4444-555555555555" } },
      "other",
    ],
  ])("with %s is refused", async (_what, change, reason) => {
    expect(await outcome(of(change))).toBe(reason);
    // Nor is it remembered as good.
    expect(await outcome(of(change))).toBe(reason);
  });

  it.each([
    ["nothing", undefined, "missing"],
    ["an empty header", "", "missing"],
    ["a scheme alone", "Bearer", "malformed"],
    ["a word", "Bearer x", "malformed"],
    ["more than a token", "Bearer e30.e30.e30 more", "malformed"],
    ["a password", "Basic dXNlcjpwYXNz", "malformed"],
    ["JSON that is no object", "Bearer bnVsbA.bnVsbA.eA", "malformed"],
    ["no JSON", "Bearer ew.ew.ew", "malformed"],
    ["what is longer than any token", `Bearer ${"e".repeat(20_000)}.e30.e30`, "malformed"],
  ])("is not %s", async (_what, header, reason) => {
    expect(await outcome(header)).toBe(reason);
  });

  it.each([
    [{ channelId: "emulator" }, "channel"],
    [{ channelId: "AseChannel" }, "channel"],
    [{ channelId: undefined }, "channel"],
    [{ serviceUrl: "https://evil.example/" }, "service_url"],
    [{ serviceUrl: undefined }, "service_url"],
    [{ serviceUrl: 7 }, "service_url"],
  ])("does not vouch for an activity with %j, however often it did for others", async (about, reason) => {
    const header = of({});
    expect(await outcome(header)).toBe("genuine");
    expect(await outcome(header, about)).toBe(reason);
  });

  it.each(["http://smba.example/", "https://user:word@smba.example/", "ftp://127.0.0.1/", "nowhere"])(
    "vouches for no service at %s",
    async (address) => {
      expect(await outcome(`Bearer ${issuer.token(address)}`, { serviceUrl: address })).toBe("service_url");
    },
  );

  it("vouches for services on this machine where its keys are", async () => {
    const address = "http://localhost:56150/_connector";
    expect(await outcome(`Bearer ${issuer.token(address)}`, { serviceUrl: address })).toBe("genuine");
    const real = createTokenVerifier(
      { appId: issuer.appId, issuer: "x", metadataUrl: "https://login.botframework.com/keys" },
      { clock: realClock },
    );
    expect(await outcome(`Bearer ${issuer.token(address)}`, { serviceUrl: address }, real)).toBe(
      "service_url",
    );
  });

  it("ends, although it was proven", async () => {
    const ends = seconds() + 3_600;
    let now = Date.now();
    const later = verifierOf({ now: () => new Date(now) });
    const header = of({ claims: { exp: ends } });
    expect(await outcome(header, {}, later)).toBe("genuine");
    now = (ends + 299) * 1_000;
    expect(await outcome(header, {}, later)).toBe("genuine");
    now = (ends + 301) * 1_000;
    expect(await outcome(header, {}, later)).toBe("expired");
  });

  it("is valid five minutes around its time, since clocks differ", async () => {
    const now = Date.now();
    const stopped = jest.spyOn(Date, "now").mockReturnValue(now);
    try {
      const verifier = verifierOf({ now: () => new Date(now) });
      const ended = of({ claims: { exp: seconds() - 290, nbf: seconds() - 900 } });
      expect(await outcome(ended, {}, verifier)).toBe("genuine");
      expect(await outcome(of({ claims: { nbf: seconds() + 290 } }), {}, verifier)).toBe("genuine");
    } finally {
      stopped.mockRestore();
    }
  });

  it("is neither good nor bad while the keys cannot be had", async () => {
    const other = await startTokenIssuer();
    try {
      const fresh = createTokenVerifier(
        {
          appId: other.appId,
          issuer: other.settings.TEAMS_TOKEN_ISSUER,
          metadataUrl: other.settings.TEAMS_OPENID_METADATA_URL,
        },
        { clock: realClock },
      );
      const header = `Bearer ${other.token(serviceUrl)}`;
      other.away = true;
      await expect(fresh.verify(header, activity)).rejects.toMatchObject({ code: "channel_unavailable" });
      other.away = false;
      await expect(fresh.verify(header, activity)).resolves.toBeUndefined();
      expect(other.asked).toEqual(["openid", "openid", "keys"]);
    } finally {
      await other.close();
    }
  });

  it("is proven once where many activities bring it at the same time", async () => {
    const other = await startTokenIssuer();
    try {
      const fresh = createTokenVerifier(
        {
          appId: other.appId,
          issuer: other.settings.TEAMS_TOKEN_ISSUER,
          metadataUrl: other.settings.TEAMS_OPENID_METADATA_URL,
        },
        { clock: realClock },
      );
      const header = `Bearer ${other.token(serviceUrl)}`;
      await Promise.all(Array.from({ length: 20 }, () => fresh.verify(header, activity)));
      expect(other.asked).toEqual(["openid", "keys"]);
    } finally {
      await other.close();
    }
  });
});
