import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Browser } from "playwright-core";
import { startBrowser } from "../support/browser.ts";
import { startModelServer } from "../support/model-server.ts";
import { type Product, startProduct } from "../support/product.ts";

let model: Awaited<ReturnType<typeof startModelServer>>;
let product: Product;
let browser: Browser;

beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { stdio: "ignore" });
  model = await startModelServer();
  const environment = { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "stand-in", ANSWER_CACHE_MINUTES: "0" };
  [product, browser] = await Promise.all([startProduct({ environment }), startBrowser()]);
}, 180_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
  await model.close();
}, 30_000);

it("shows the answer while it is written, and its sources at the end", async () => {
  // Slow enough to be watched.
  const words =
    "Switch to a mobile hotspot; hotel and hospital networks often block them. [1]".match(/\S+\s*/g) ?? [];
  model.script({ kind: "text", pieces: words, betweenMs: 150 });
  const page = await browser.newPage({ locale: "en-GB" });
  page.setDefaultTimeout(30_000);
  await page.goto(product.url);
  await page.getByRole("button", { name: "Sign in as Malee Thongprasit" }).click();
  await page
    .getByRole("textbox", { name: "Your question" })
    .fill("What do I do when the VPN shows error 809?");
  await page.keyboard.press("Enter");

  const turn = page.getByTestId("turn").last();
  await page.getByTestId("running").waitFor();
  await page.getByRole("button", { name: "Stop" }).waitFor();
  const lengths: number[] = [];
  while ((await page.getByTestId("reply").count()) === 0) {
    lengths.push(((await turn.textContent()) ?? "").length);
    await page.waitForTimeout(60);
  }
  expect(new Set(lengths).size).toBeGreaterThan(2);
  await turn.getByText("Switch to a mobile hotspot").first().waitFor();
  await turn
    .getByRole("button", { name: /^Source 1:/ })
    .first()
    .waitFor();
  expect(model.violations).toEqual([]);
});
