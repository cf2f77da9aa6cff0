import { describe, expect, it } from "@jest/globals";
import { isExpertError } from "../errors.ts";
import { assertNotMoved, exchangeSecrets } from "./exchange-secrets.ts";

describe("exchanging a connection's secrets", () => {
  const kept = { token: "old", webhook_secrets: ["b", "a"] };

  it.each([
    [{ token: "new" }, false, { token: "new", webhook_secrets: ["b", "a"] }],
    [{ webhook_secrets: ["c"] }, false, { token: "old", webhook_secrets: ["c", "b", "a"] }],
    [{ webhook_secrets: ["d", "c"] }, false, { token: "old", webhook_secrets: ["d", "c", "b"] }],
    [{ webhook_secrets: ["b"] }, false, { token: "old", webhook_secrets: ["b", "a"] }],
    [{}, true, { token: "old", webhook_secrets: ["b"] }],
    [{ webhook_secrets: ["c"] }, true, { token: "old", webhook_secrets: ["c"] }],
  ])("given %j, the newest alone: %s", (given, newestOnly, expected) => {
    expect(exchangeSecrets(kept, given, newestOnly)).toEqual(expected);
  });

  it.each([
    ["https://a.example/jira", {}, null],
    ["https://b.example", { token: "new" }, null],
    ["https://b.example", {}, ["secrets.token"]],
    ["http://a.example", {}, ["secrets.token"]],
  ])("moved to %s with %j, it wants %j", (after, given, expected) => {
    let wanted: readonly string[] | null = null;
    try {
      assertNotMoved(
        "jira",
        { before: { base_url: "https://a.example" }, after: { base_url: after } },
        { kept, given },
      );
    } catch (error) {
      if (!isExpertError(error, "invalid_input")) throw error;
      wanted = Object.keys(error.facts);
    }
    expect(wanted).toEqual(expected);
  });

  it("lets a webhook move: its secrets are never sent", () => {
    const settings = { before: { url: "https://a.example" }, after: { url: "https://b.example" } };
    assertNotMoved("webhook", settings, { kept: { signing_secrets: ["a"] }, given: {} });
  });
});
