import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { settings } from "../../adapters/config.ts";

const pages = [
  "README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];
const read = (page: string): string => readFileSync(page, "utf8");
/** What docker-compose.yml asks for besides settings. */
const composed = [...readFileSync("docker-compose.yml", "utf8").matchAll(/\$\{(\w+):\?/g)].map(
  ([, name]) => name,
);
/** Docker Compose's own. */
const ofCompose = ["COMPOSE_PROFILES", "COMPOSE_ENV_FILES"];
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** The commands of a page's sh blocks, one per line; `&&` joins several. */
function commands(page: string): readonly string[] {
  const blocks = [...read(page).matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
  return blocks
    .flatMap((block) => block.split(/\n|&&/))
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

describe.each(pages)("%s", (page) => {
  it("names only scripts that there are", () => {
    for (const [, script = ""] of read(page).matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(script);
  });

  it("names only commands of the tool that there are", () => {
    const known = [...read("bots/cli/main.ts").matchAll(/\.command\("([a-z]+)/g)].map(([, name]) => name);
    for (const [, command = ""] of read(page).matchAll(/npm run expert -- ([a-z]+)/g))
      expect(known).toContain(command);
  });

  it("sets only settings that there are", () => {
    for (const command of commands(page)) {
      for (const [, name = ""] of command.matchAll(/(?:^|\s)([A-Z][A-Z_]+)=/g)) {
        expect([...Object.keys(settings), ...composed, ...ofCompose]).toContain(name);
      }
    }
  });

  it("links only to files that there are", () => {
    for (const [, target = ""] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      expect([target, existsSync(join(dirname(page), target))]).toEqual([target, true]);
    }
  });
});

it("the README's two commands are whole", () => {
  expect(commands("README.md").slice(0, 4)).toEqual(["npm install", "npm start", "npm install", "npm test"]);
});
