import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@jest/globals";
import type { Page } from "playwright-core";

/** What comes in by and by has few colours of its own until it is there; what moves without an end is not waited for. */
const allHasArrived = `Promise.all(
  document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => undefined)),
).then(() => undefined)`;

/** WCAG 2.1 A and AA, by axe. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(allHasArrived);
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual(
    [],
  );
}
