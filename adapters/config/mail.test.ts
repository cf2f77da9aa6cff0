import { describe, expect, it } from "@jest/globals";
import { readConfig, readSoundSettings } from "../config.ts";

const faultsOf = (environment: Readonly<Record<string, string>>): readonly string[] =>
  readSoundSettings(environment).faults.map(({ fault }) => fault);
const mail = { SMTP_URL: "smtps://expert:secret@mail.example.com", MAIL_FROM: "expert@example.com" };

describe("the settings of mail", () => {
  it.each([
    ["nothing at all", {}],
    ["a server and a sender", mail],
    [
      "a server on this machine without TLS",
      { ...mail, SMTP_URL: "smtp://a:b@127.0.0.1:25", SMTP_REQUIRE_TLS: "false" },
    ],
    [
      "a relay without TLS and password",
      { ...mail, SMTP_URL: "smtp://relay.internal", SMTP_REQUIRE_TLS: "false" },
    ],
  ])("may be %s", (_what, environment) => {
    expect(faultsOf(environment)).toEqual([]);
  });

  it.each([
    [{ SMTP_URL: mail.SMTP_URL }, /^SMTP_URL: needs MAIL_FROM/],
    [{ MAIL_FROM: mail.MAIL_FROM }, /^MAIL_FROM: needs SMTP_URL/],
    [{ ...mail, SMTP_URL: "https://mail.example.com" }, /^SMTP_URL: a smtp or smtps address/],
    [{ ...mail, MAIL_FROM: "expert" }, /^MAIL_FROM: must be an e-mail address/],
    [{ ...mail, MAIL_FROM: "a <a@example.com>, b <b@example.com>" }, /^MAIL_FROM: must be/],
    [{ ...mail, MAIL_FROM: "a\nBcc: x@example.com <a@example.com>" }, /^MAIL_FROM: must be/],
    [
      { ...mail, SMTP_URL: "smtp://expert:hush-hush@mail.example.com", SMTP_REQUIRE_TLS: "false" },
      /^SMTP_REQUIRE_TLS: would send the password/,
    ],
  ])("may not be %j", (environment, fault) => {
    const faults = faultsOf(environment);
    expect(faults[0]).toMatch(fault);
    expect(faults.join()).not.toContain("hush-hush");
  });

  it.each([
    ["expert@example.com", { name: "", address: "expert@example.com" }],
    ["The Expert <expert@example.com>", { name: "The Expert", address: "expert@example.com" }],
    ['"ผู้เชี่ยวชาญ" <expert@example.com>', { name: "ผู้เชี่ยวชาญ", address: "expert@example.com" }],
  ])("read the sender %s", (text, from) => {
    expect(readConfig({ ...mail, MAIL_FROM: text }).MAIL_FROM).toEqual(from);
  });
});

describe("WEBHOOK_ALLOW_PRIVATE", () => {
  it("lists hosts, addresses and prefixes", () => {
    const text = "hooks.internal, 10.1.0.0/16,fd00::/8 ,::1";
    expect(readConfig({ WEBHOOK_ALLOW_PRIVATE: text }).WEBHOOK_ALLOW_PRIVATE).toEqual([
      "hooks.internal",
      "10.1.0.0/16",
      "fd00::/8",
      "::1",
    ]);
  });

  it.each(["https://hooks.internal", "10.1.0.0/99", "a,,b", "*"])("may not be %s", (text) => {
    expect(faultsOf({ WEBHOOK_ALLOW_PRIVATE: text }).join()).toMatch(
      /^WEBHOOK_ALLOW_PRIVATE: must be host names/,
    );
  });
});
