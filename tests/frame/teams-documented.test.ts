import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { settings } from "../../adapters/config.ts";
import { teamsSettings } from "../../adapters/config/teams.ts";
import { teamsPace } from "../../adapters/teams/deliver/message-pace.ts";
import { teamsLimits } from "../../adapters/teams/render/limits.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const page = await read("docs/teams.md");
const found = (pattern: RegExp, text = page): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, first = ""]) => first)),
];

/** The first cells of the table whose header begins with these words. */
function firstCells(header: string): readonly string[] {
  const lines = page.split("\n");
  const begin = lines.findIndex((line) => line.startsWith(`| ${header} `));
  const after = lines.slice(begin + 2);
  return after
    .slice(
      0,
      after.findIndex((line) => !line.startsWith("|")),
    )
    .map((line) => line.split("|")[1]?.trim() ?? "");
}

/** Settings for tests and other clouds. */
const unusual = [
  "TEAMS_LOGIN_URL",
  "TEAMS_GRAPH_URL",
  "TEAMS_OPENID_METADATA_URL",
  "TEAMS_TOKEN_ISSUER",
  "TEAMS_GRAPH_URL",
];

describe("docs/teams.md", () => {
  it("names only settings that there are, and every one of Teams' that people set", () => {
    const named = found(/\b([A-Z][A-Z]+(?:_[A-Z]+)+)\b/g);
    for (const name of named) expect(Object.keys(settings)).toContain(name);
    for (const name of Object.keys(teamsSettings).filter((one) => !unusual.includes(one)))
      expect(named).toContain(name);
  });

  it("names only commands and options that the tool has", async () => {
    const files = ["main.ts", "command-options.ts", "group-commands.ts"];
    const tool = (await Promise.all(files.map((file) => read(`bots/cli/${file}`)))).join("\n");
    for (const command of found(/(?:expert --|`)\s?teams ([a-z]+)/g))
      expect(tool).toContain(`.command("${command}")`);
    const options = found(/["'](--[a-z-]+)/g, tool);
    for (const option of found(/npm run expert -- [^\n]*?(--[a-z][a-z-]*)/g))
      expect(options).toContain(option);
  });

  it("explains findings of doctor in its own words", async () => {
    const sources = [
      "bots/cli/doctor/check-teams.ts",
      "adapters/teams/client/login-refusals.ts",
      "adapters/teams/client/bot-tokens.ts",
      "adapters/teams/client/refusals.ts",
      "adapters/teams/diagnose/probe-address.ts",
      "adapters/teams/diagnose/probe-keys.ts",
    ];
    const checks = (await Promise.all(sources.map(read))).join("\n");
    const told = firstCells("doctor says").flatMap((cell) => found(/“([^”]+)”/g, cell));
    expect(told.length).toBeGreaterThan(20);
    for (const words of told) expect(checks).toContain(words);
  });

  it("quotes what people are told as the bot says it", async () => {
    const texts = await read("adapters/teams/handle/texts.ts");
    const quoted = firstCells("in Teams").flatMap((cell) => found(/^"([^"]+)"$/g, cell));
    expect(quoted.length).toBeGreaterThan(2);
    for (const words of quoted) expect(texts).toContain(words);
  });

  it("gives Teams' limits as the code keeps them", () => {
    const { text, citations, citationName, citationAbstract, refreshUsers } = teamsLimits;
    expect(page).toContain(`${text.toLocaleString("en")} characters (40 KB) a message`);
    expect(page).toContain(
      `${String(citations)}, names of ${String(citationName)} and abstracts of ${String(citationAbstract)}`,
    );
    expect(page).toContain(`${String(refreshUsers)} people`);
    const windows = teamsPace.conversation.map(({ count, ms }) =>
      ms === 3_600_000
        ? `${count.toLocaleString("en")} an hour`
        : `${String(count)} in ${String(ms / 1_000)} s`,
    );
    expect(page).toContain(windows.join(", "));
    expect(page).toContain(`${String(teamsPace.tenant[0]?.count)} a second`);
  });
});
