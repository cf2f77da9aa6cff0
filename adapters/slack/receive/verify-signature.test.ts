import { createHmac } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { isExpertError } from "../../../core/errors.ts";
import { type SignedRequest, verifySlackSignature } from "./verify-signature.ts";

const secret = "8f742231b10e8888abcd99yyyzzz85a5";
const now = new Date("2026-03-01T10:00:00Z");
const seconds = now.getTime() / 1_000;
const body = Buffer.from('{"type":"event_callback","text":"สวัสดี"}');

const sign = (timestamp: number, bytes: Buffer, by = secret): string =>
  `v0=${createHmac("sha256", by)
    .update(`v0:${String(timestamp)}:`)
    .update(bytes)
    .digest("hex")}`;

const request = (change: Partial<SignedRequest> = {}, headers: Record<string, string | undefined> = {}) => ({
  secrets: [secret],
  rawBody: body,
  now,
  ...change,
  headers: {
    "x-slack-request-timestamp": String(seconds),
    "x-slack-signature": sign(seconds, body),
    "content-length": String(body.byteLength),
    ...headers,
  },
});

function reasonOf(signed: SignedRequest): unknown {
  try {
    verifySlackSignature(signed);
    return "genuine";
  } catch (error) {
    if (!isExpertError(error, "unauthenticated")) throw error;
    return error.facts["reason"];
  }
}

describe("a signature of Slack", () => {
  it("is Slack's own example", () => {
    // docs.slack.dev, "Verifying requests from Slack".
    const example = Buffer.from(
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    );
    const headers = {
      "x-slack-request-timestamp": "1531420618",
      "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    };
    const at = new Date(1_531_420_618_000);
    expect(reasonOf({ secrets: [secret], headers, rawBody: example, now: at })).toBe("genuine");
  });

  it("may be of any of several secrets", () => {
    expect(reasonOf(request({ secrets: ["the next one", secret] }))).toBe("genuine");
    expect(reasonOf(request({ secrets: ["the next one"] }))).toBe("wrong");
    expect(reasonOf(request({ secrets: [] }))).toBe("wrong");
  });

  it.each([
    [300, "genuine"],
    [-300, "genuine"],
    [301, "old"],
    [-301, "old"],
  ])("of %d seconds ago is %s", (ago, outcome) => {
    const timestamp = seconds - ago;
    const headers = {
      "x-slack-request-timestamp": String(timestamp),
      "x-slack-signature": sign(timestamp, body),
    };
    expect(reasonOf(request({}, headers))).toBe(outcome);
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ["no signature", { "x-slack-signature": undefined }, "missing"],
    ["no timestamp", { "x-slack-request-timestamp": undefined }, "missing"],
    ["another version", { "x-slack-signature": sign(seconds, body).replace("v0", "v1") }, "malformed"],
    ["a short signature", { "x-slack-signature": "v0=abc" }, "malformed"],
    ["upper-case digits", { "x-slack-signature": sign(seconds, body).toUpperCase() }, "malformed"],
    ["two signatures", { "x-slack-signature": `${sign(seconds, body)}, v0=0` }, "malformed"],
    ["a timestamp that is no number", { "x-slack-request-timestamp": "now" }, "malformed"],
    ["another secret", { "x-slack-signature": sign(seconds, body, "guessed") }, "wrong"],
    ["another time", { "x-slack-request-timestamp": String(seconds - 1) }, "wrong"],
  ])("is refused with %s", (_what, headers, reason) => {
    expect(reasonOf(request({}, headers))).toBe(reason);
  });

  it.each<[string, Buffer, Record<string, string>, string]>([
    ["JSON without its end", body.subarray(0, 20), {}, "truncated"],
    ["a form without its end", Buffer.from("payload=%7B%22type%22%3A%22blo"), {}, "truncated"],
    ["whole JSON of others", Buffer.from('{"type":"event_callback"}'), {}, "wrong"],
    ["a whole form of others", Buffer.from("payload=%7B%7D"), {}, "wrong"],
    ["a command", Buffer.from("command=%2Fexpert"), {}, "wrong"],
    ["fewer bytes than announced", Buffer.from("command=%2Fexp"), { "content-length": "99" }, "truncated"],
    ["nothing", Buffer.alloc(0), {}, "wrong"],
  ])("tells of %s", (_what, rawBody, headers, reason) => {
    const length = { "content-length": String(rawBody.byteLength), ...headers };
    expect(reasonOf(request({ rawBody }, length))).toBe(reason);
  });
});
