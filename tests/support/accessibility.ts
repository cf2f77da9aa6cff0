import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@jest/globals";
import type { Page } from "playwright-core";

/** What comes in by and by has few colours of its own until it is there; what moves without an end is not waited for. */
const allHasArrived = `Promise.all(
  document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => undefined)),
).then(() => undefined)`;

const ruleSets = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

/** WCAG 2.1 A and AA, by axe; not for pages that hold other pages. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(page.frames()).toHaveLength(1);
  await page.evaluate(allHasArrived);
  const { violations } = await new AxeBuilder({ page })
    // The newer way joins the findings of several frames, in a page of its own for every scan.
    .setLegacyMode()
    // The findings alone: what is in order is not told node by node.
    .options({ runOnly: { type: "tag", values: ruleSets }, resultTypes: ["violations"] })
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual(
    [],
  );
}
