import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { settings } from "../../adapters/config.ts";
import { slackSettings } from "../../adapters/config/slack.ts";
import { readCommand } from "../../adapters/slack/handle/handle-command.ts";
import { botEvents, botScopes, slackPaths } from "../../adapters/slack/surface.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const page = await read("docs/slack.md");
const found = (pattern: RegExp, text = page): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, first = ""]) => first)),
];

/** The cells of the table whose header begins with this word. */
function tableOf(first: string): readonly (readonly string[])[] {
  const lines = page.split("\n");
  const header = lines.findIndex((line) => new RegExp(`^\\| ${first} +\\|`).test(line));
  const after = lines.slice(header + 2);
  const end = after.findIndex((line) => !line.startsWith("|"));
  return after.slice(0, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("docs/slack.md", () => {
  it("names only settings that there are, and every one of Slack's but the address for tests", () => {
    const named = found(/\b([A-Z][A-Z]+(?:_[A-Z]+)+)\b/g);
    for (const name of named) expect(Object.keys(settings)).toContain(name);
    for (const name of Object.keys(slackSettings).filter((one) => one !== "SLACK_API_URL"))
      expect(named).toContain(name);
  });

  it("lists every scope with its reason, as the manifest does", () => {
    expect(tableOf("scope")).toEqual(botScopes.map(({ scope, reason }) => [`\`${scope}\``, reason]));
  });

  it("lists every event that the app subscribes to", () => {
    const listed = tableOf("events").flatMap(([names = ""]) => found(/`([^`]+)`/g, names));
    expect(listed.toSorted()).toEqual([...botEvents].toSorted());
  });

  it("names only addresses that there are, and those that Slack calls", () => {
    const named = found(/`(\/slack\/[a-z_]+)`/g);
    for (const path of named) expect(Object.values(slackPaths)).toContain(path);
    for (const name of ["events", "interactions", "commands"] as const)
      expect(named).toContain(slackPaths[name]);
  });

  it("names only commands and options that the tool has", async () => {
    const tool = await read("bots/cli/main.ts");
    for (const command of found(/npm run expert -- slack ([a-z]+)/g))
      expect(tool).toContain(`.command("${command}")`);
    const options = found(/["'](--[a-z-]+)/g, tool);
    for (const option of found(/[ `](--[a-z][a-z-]*)/g)) expect(options).toContain(option);
  });

  it("names only what /expert knows", () => {
    for (const word of found(/`\/expert ([a-z]+)/g)) {
      const text = word === "ask" ? "ask something" : word;
      expect(readCommand(text).kind).toBe(word === "away" || word === "back" ? "absence" : word);
    }
  });

  it("explains findings of doctor in its own words", async () => {
    const checks = await read("bots/cli/doctor/check-slack.ts");
    const told = tableOf("doctor says").flatMap(([cell = ""]) => found(/“([^”]+)”/g, cell));
    expect(told.length).toBeGreaterThan(8);
    for (const words of told) expect(checks).toContain(words);
  });
});
