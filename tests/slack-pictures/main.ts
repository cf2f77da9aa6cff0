import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../frame/repository.ts";
import { startBrowser } from "../support/browser.ts";
import { openDemoCompany } from "./demo-company.ts";
import { pageHtml } from "./html/page.ts";
import { drawnFile, fingerprint, makeScenes, type Picture, pictureFolder, picturesOf } from "./pictures.ts";
import { names } from "./scene.ts";

/**
 * Draws the pictures of docs/slack.md from what the code sends to Slack: `npx tsx tests/slack-pictures/main.ts [NAME …]`.
 * With names of pictures it draws only those, to look at.
 */
const wanted = new Set(process.argv.slice(2));
const folder = join(root, pictureFolder);

const company = await openDemoCompany();
const browser = await startBrowser();
try {
  const scenes = await makeScenes(company);
  const pictures = picturesOf(scenes).filter(({ file }) => wanted.size === 0 || wanted.has(file));
  if (wanted.size === 0) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const picture of pictures) await draw(picture);
  if (wanted.size === 0) {
    const drawn = Object.fromEntries(scenes.map((scene) => [scene.name, fingerprint(scene)]));
    await writeFile(join(root, drawnFile), `${JSON.stringify(drawn, null, 2)}\n`);
  }
  console.log(`${String(pictures.length)} pictures in ${pictureFolder}`);
} finally {
  await browser.close();
  await company.close();
}

async function draw({ file, scene, theme, width }: Picture): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 600 }, deviceScaleFactor: 2 });
  await page.setContent(pageHtml(scene.frame, names, theme));
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await page.locator("#picture").screenshot({ path: join(folder, `${file}.png`) });
  await page.close();
}
