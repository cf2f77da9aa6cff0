import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { root } from "../frame/repository.ts";
import { framePage } from "./html/page.ts";
import { hostConfig } from "./html/theme.ts";
import { type Picture, pictureFolder } from "./pictures.ts";

const require = createRequire(import.meta.url);
/** Microsoft's own package that draws Adaptive Cards, and the reader of Markdown that it is given, as for a page. */
const scripts = [
  join(require.resolve("adaptivecards"), "../../dist/adaptivecards.min.js"),
  join(require.resolve("marked"), "../marked.umd.js"),
];

/** What the page does: its cards as Microsoft's package draws them. A string, since it runs in the browser. */
const drawCards = `({ cards, config }) => {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    const reader = new marked.Marked({ tokenizer: { html: () => undefined, tag: () => undefined } });
    result.outputHtml = reader.parse(text);
    result.didProcess = true;
  };
  const places = [...document.querySelectorAll(".to-draw")];
  return cards.flatMap((json, index) => {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(config);
    const context = new AdaptiveCards.SerializationContext();
    card.parse(json, context);
    const element = card.render();
    if (element) places[index].replaceWith(element);
    const events = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at).message);
    return [...events, ...card.validateProperties().validationEvents.map(({ message }) => message)];
  });
}`;

/** Draws one picture; throws what Microsoft's package finds wrong with its cards. */
export async function draw(browser: Browser, { file, scene, theme, width }: Picture): Promise<void> {
  const { html, cards } = framePage(scene.frame, theme);
  const page = await browser.newPage({ viewport: { width, height: 600 }, deviceScaleFactor: 2 });
  try {
    await page.setContent(html);
    for (const path of scripts) await page.addScriptTag({ path });
    const faults = await page.evaluate<readonly string[]>(
      `(${drawCards})(${JSON.stringify({ cards, config: hostConfig(theme) })})`,
    );
    // The package's check of languages remembers where it last stopped, so that it refuses every second one.
    const real = faults.filter((fault) => !/^Invalid value "(?:en|th)" for property "lang"/.test(fault));
    if (real.length > 0) throw new Error(`${file}: ${real.join("; ")}`);
    await page.evaluate("document.fonts.ready.then(() => undefined)");
    await page.locator("#picture").screenshot({ path: join(root, pictureFolder, `${file}.png`) });
  } finally {
    await page.close();
  }
}
