import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { mailSettings } from "../../adapters/config/mail.ts";
import { faultOf } from "../../adapters/webhook/fault-of.ts";
import { webhookEvents } from "../../core/connections/connection-settings.ts";
import { signWebhook } from "../../core/webhooks/sign-webhook.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const page = await read("docs/webhooks.md");
const mail = await read("docs/mail.md");
const example = /```js\n([\s\S]+?)```/.exec(page)?.[1] ?? "";

/** Runs the page's own code on a message, in a process of its own. */
async function isGenuine(
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<boolean> {
  const call = `console.log(isGenuine(...${JSON.stringify([secret, headers, body])}))`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", `${example}\n${call}`],
    { env: { PATH: process.env["PATH"] } },
  );
  return stdout.trim() === "true";
}

describe("docs/webhooks.md", () => {
  it("explains every event, in their order", () => {
    const named = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` /gm)].map(([, name]) => name);
    expect(named).toEqual(webhookEvents);
  });

  it("names every answer that is final", () => {
    const row = page.split("\n").find((line) => line.includes("given up at once")) ?? "";
    const named = [...row.matchAll(/`(\d{3})`/g)].map(([, status]) => Number(status));
    const final = Array.from({ length: 200 }, (_, index) => 400 + index).filter(
      (status) => faultOf(status, null, "")?.code === "channel_refused",
    );
    expect(named).toEqual(final);
  });

  const encoded = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const plain = "a-secret-of-at-least-24-bytes";
  const body = '{"type":"answer.sent","data":{"question":"ปั๊ม"}}';
  it.each<[string, boolean, () => [string, Readonly<Record<string, string>>, string]]>([
    ["a sound message", true, () => [encoded, signWebhook("1", new Date(), body, [encoded]), body]],
    ["one with a plain secret", true, () => [plain, signWebhook("1", new Date(), body, [plain]), body]],
    [
      "one signed with the old secret too",
      true,
      () => [plain, signWebhook("1", new Date(), body, [encoded, plain]), body],
    ],
    ["another secret's", false, () => [plain, signWebhook("1", new Date(), body, [encoded]), body]],
    ["a changed one", false, () => [plain, signWebhook("1", new Date(), body, [plain]), `${body} `]],
    [
      "one under another id",
      false,
      () => [plain, { ...signWebhook("1", new Date(), body, [plain]), "webhook-id": "2" }, body],
    ],
    [
      "an old one",
      false,
      () => [plain, signWebhook("1", new Date(Date.now() - 400_000), body, [plain]), body],
    ],
    [
      "one of no time",
      false,
      () => [plain, { ...signWebhook("1", new Date(), body, [plain]), "webhook-timestamp": "x" }, body],
    ],
  ])("has an example that tells %s: %s", async (_what, genuine, message) => {
    expect(await isGenuine(...message())).toBe(genuine);
  });
});

it("docs/mail.md explains every setting of mail", () => {
  for (const name of Object.keys(mailSettings)) expect(mail).toContain(`| \`${name}\` `);
});
