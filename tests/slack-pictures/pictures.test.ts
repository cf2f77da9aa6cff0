import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { AnyBlock } from "@slack/types";
import { root } from "../frame/repository.ts";
import { checkBlocks } from "../slack-platform/check-blocks.ts";
import { checkView } from "../slack-platform/check-view.ts";
import { type DemoCompany, openDemoCompany } from "./demo-company.ts";
import { frameHtml } from "./html/frames.ts";
import { drawnFile, fingerprint, makeScenes, pictureFolder, picturesOf } from "./pictures.ts";
import { names, type Scene } from "./scene.ts";

let company: DemoCompany;
let scenes: readonly Scene[];
beforeAll(async () => {
  company = await openDemoCompany();
  scenes = await makeScenes(company);
}, 180_000);
afterAll(() => company.close());

/** The messages of a scene, each as its blocks. */
const messagesOf = ({ frame }: Scene): readonly (readonly AnyBlock[])[] =>
  frame.kind === "thread" ? frame.items.flatMap((item) => ("blocks" in item ? [item.blocks] : [])) : [];

it("shows only what Slack takes", () => {
  expect(scenes.length).toBeGreaterThan(10);
  for (const scene of scenes) {
    if (scene.frame.kind === "thread")
      for (const blocks of messagesOf(scene)) expect(() => checkBlocks(blocks)).not.toThrow();
    else checkView(scene.frame.view, scene.frame.kind);
  }
});

it("shows what the scenes are about", () => {
  const shown = (name: string): string => {
    const scene = scenes.find((one) => one.name === name);
    if (!scene) throw new Error(`There is no scene ${name}.`);
    return frameHtml(scene.frame, names);
  };
  expect(shown("answer")).toContain("Start C-3 and confirm that the header is above 6.8 bar.");
  expect(shown("answer-thai")).toContain("ต้องมีใบรับรองแพทย์");
  expect(shown("answer-table")).toContain("<table>");
  expect(shown("not-found")).toContain("I found no answer");
  expect(shown("fuller-offer")).not.toContain("Managing Director");
  expect(shown("fuller-answer")).toContain("The Managing Director decides on a class 1 recall.");
  expect(shown("home")).toContain("Take over");
});

it("has a picture of every scene that the page shows, and shows every picture", () => {
  const page = readFileSync(join(root, "docs/slack.md"), "utf8");
  const shown = [...page.matchAll(/images\/slack\/([a-z-]+)\.png/g)].map(([, name = ""]) => name);
  const drawn = picturesOf(scenes).map(({ file }) => file);
  expect([...new Set(shown)].toSorted()).toEqual(drawn.toSorted());
  for (const file of drawn)
    expect([file, existsSync(join(root, pictureFolder, `${file}.png`))]).toEqual([file, true]);
  expect(readdirSync(join(root, pictureFolder)).toSorted()).toEqual(
    drawn.map((file) => `${file}.png`).toSorted(),
  );
});

it("shows what the code sends today; else draw anew: npx tsx tests/slack-pictures/main.ts", () => {
  const drawn = JSON.parse(readFileSync(join(root, drawnFile), "utf8")) as unknown;
  expect(drawn).toEqual(Object.fromEntries(scenes.map((scene) => [scene.name, fingerprint(scene)])));
});
