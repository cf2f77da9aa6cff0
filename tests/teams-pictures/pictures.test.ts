import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { root } from "../frame/repository.ts";
import { type DemoCompany, openDemoCompany } from "../slack-pictures/demo-company.ts";
import { checkCard } from "../teams-platform/check-card.ts";
import { framePage } from "./html/page.ts";
import { drawnFile, fingerprint, makeScenes, pictureFolder, picturesOf } from "./pictures.ts";
import type { Scene } from "./scene.ts";

let company: DemoCompany;
let scenes: readonly Scene[];
beforeAll(async () => {
  company = await openDemoCompany();
  scenes = await makeScenes(company);
});
afterAll(() => company.close());

it("shows only cards that Teams takes", () => {
  const cards = scenes.flatMap(({ frame }) => framePage(frame, "light").cards);
  expect(cards.length).toBeGreaterThan(12);
  for (const card of cards) expect(() => checkCard(card)).not.toThrow();
});

it("shows what the scenes are about", () => {
  const shown = (name: string): string => {
    const scene = scenes.find((one) => one.name === name);
    if (!scene) throw new Error(`There is no scene ${name}.`);
    const { html, cards } = framePage(scene.frame, "light");
    return html + JSON.stringify(cards);
  };
  expect(shown("answer")).toContain("Start C-3 and confirm that the header is above 6.8 bar.");
  expect(shown("answer")).toContain('<span class="cite">1</span>');
  expect(shown("answer-thai")).toContain("ต้องมีใบรับรองแพทย์");
  expect(shown("answer-table")).toContain("Code: 868");
  expect(shown("not-found")).toContain("I found no answer");
  expect(shown("fuller-offer")).not.toContain("Managing Director");
  expect(shown("fuller-answer")).toContain("The Managing Director decides on a class 1 recall.");
  expect(shown("fuller-answer")).toContain("Confidential");
  expect(shown("expert-card")).toContain("Take over");
  expect(shown("approval-card")).toContain("1 of 2 agreed: Siriporn Kaewmanee");
  expect(shown("approval-card-decided")).toContain("Anan Wongsuwan approved this answer");
  expect(shown("approval-answer")).toContain("Verified by Anan Wongsuwan");
});

/** Pictures of one folder that the pages show. */
function shownOf(folder: string): readonly string[] {
  const pages = ["docs/teams.md", "docs/channels.md", "docs/approvals.md", "docs/escalation.md"].map((path) =>
    readFileSync(join(root, path), "utf8"),
  );
  const names = [...pages.join("\n").matchAll(new RegExp(`images/${folder}/([a-z-]+)\\.png`, "g"))].map(
    ([, name = ""]) => name,
  );
  return [...new Set(names)].toSorted();
}

it("has a picture of every scene that the pages show, and shows every picture", () => {
  const drawn = picturesOf(scenes).map(({ file }) => file);
  expect(shownOf("teams")).toEqual(drawn.toSorted());
  expect(readdirSync(join(root, pictureFolder)).toSorted()).toEqual(
    drawn.map((file) => `${file}.png`).toSorted(),
  );
  expect(readdirSync(join(root, "docs/images/web")).toSorted()).toEqual(
    shownOf("web")
      .map((name) => `${name}.png`)
      .toSorted(),
  );
  for (const name of shownOf("slack"))
    expect([name, existsSync(join(root, `docs/images/slack/${name}.png`))]).toEqual([name, true]);
});

it("shows what the code sends today; else draw anew: npx tsx tests/teams-pictures/main.ts", () => {
  const drawn = JSON.parse(readFileSync(join(root, drawnFile), "utf8")) as unknown;
  expect(drawn).toEqual(Object.fromEntries(scenes.map((scene) => [scene.name, fingerprint(scene)])));
});
