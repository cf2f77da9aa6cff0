import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Browser } from "playwright-core";
import { patienceMs, startBrowser } from "../support/browser.ts";
import { startModelServer } from "../support/model-server.ts";
import { type Product, startProduct } from "../support/product.ts";
import { until } from "../support/sample-work.ts";

let model: Awaited<ReturnType<typeof startModelServer>>;
let product: Product;
let browser: Browser;

beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { stdio: "ignore" });
  model = await startModelServer();
  const environment = {
    MODEL_BASE_URL: model.baseUrl,
    MODEL_NAME: "stand-in",
    ANSWER_CACHE_MINUTES: "0",
    MODEL_FIRST_TOKEN_TIMEOUT_MS: "600000",
    MODEL_BETWEEN_TOKENS_TIMEOUT_MS: "600000",
  };
  [product, browser] = await Promise.all([startProduct({ environment }), startBrowser()]);
}, 300_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
  await model.close();
}, 120_000);

it("shows the answer while it is written, and its sources at the end", async () => {
  const words =
    "Switch to a mobile hotspot; hotel and hospital networks often block them. [1]".match(/\S+\s*/g) ?? [];
  // Written so far as the page has been looked at.
  let mayWrite = 0;
  const before = (at: number) => until("more is asked for", async () => at < mayWrite, 600_000);
  model.script({ kind: "text", pieces: words, before });
  const page = await browser.newPage({ locale: "en-GB" });
  page.setDefaultTimeout(patienceMs);
  await page.goto(product.url);
  await page.getByRole("button", { name: "Sign in as Malee Thongprasit" }).click();
  await page
    .getByRole("textbox", { name: "Your question" })
    .fill("What do I do when the VPN shows error 809?");
  await page.keyboard.press("Enter");

  const turn = page.getByTestId("turn").last();
  await page.getByTestId("running").waitFor();
  await page.getByRole("button", { name: "Stop" }).waitFor();
  for (mayWrite = 6; mayWrite < words.length; mayWrite += 3) {
    await turn
      .getByText(words.slice(0, mayWrite - 2).join(""))
      .first()
      .waitFor();
    expect(await page.getByTestId("reply").count()).toBe(0);
    expect(await turn.textContent()).not.toContain(words[mayWrite]);
  }
  await turn.getByText("Switch to a mobile hotspot").first().waitFor();
  await turn
    .getByRole("button", { name: /^Source 1:/ })
    .first()
    .waitFor();
  expect(model.violations).toEqual([]);
}, 300_000);
