import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../frame/repository.ts";
import { openDemoCompany } from "../slack-pictures/demo-company.ts";
import { startBrowser } from "../support/browser.ts";
import { draw } from "./draw.ts";
import { drawIcons } from "./draw-icons.ts";
import { drawnFile, fingerprint, makeScenes, pictureFolder, picturesOf } from "./pictures.ts";

/**
 * Draws the pictures of docs/teams.md and docs/channels.md from what the code sends to Teams, and the app's icons:
 * `npx tsx tests/teams-pictures/main.ts [NAME …]`. With names of pictures it draws only those, to look at.
 */
const wanted = new Set(process.argv.slice(2));
const folder = join(root, pictureFolder);

const company = await openDemoCompany();
const browser = await startBrowser();
try {
  const scenes = await makeScenes(company);
  const pictures = picturesOf(scenes).filter(({ file }) => wanted.size === 0 || wanted.has(file));
  if (wanted.size === 0) {
    await rm(folder, { recursive: true, force: true });
    await drawIcons(browser);
  }
  await mkdir(folder, { recursive: true });
  for (const picture of pictures) await draw(browser, picture);
  if (wanted.size === 0) {
    const drawn = Object.fromEntries(scenes.map((scene) => [scene.name, fingerprint(scene)]));
    await writeFile(join(root, drawnFile), `${JSON.stringify(drawn, null, 2)}\n`);
  }
  console.log(`${String(pictures.length)} pictures in ${pictureFolder}`);
} finally {
  await browser.close();
  await company.close();
}
