import { readFile, writeFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { root } from "../frame/repository.ts";

/** The icons of the app for Teams, in pixels. */
const sizes = { color: 192, outline: 32 } as const;

/** Draws the icons of the app's package from their sources in manifests/teams. */
export async function drawIcons(browser: Browser): Promise<void> {
  for (const [name, size] of Object.entries(sizes)) {
    const svg = await readFile(`${root}manifests/teams/${name}.svg`, "utf8");
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
    const picture = await page.screenshot({ omitBackground: true });
    await writeFile(`${root}manifests/teams/${name}.png`, picture);
    await page.close();
  }
}
