import { execFileSync } from "node:child_process";
import process from "node:process";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
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
    MODEL_CONCURRENCY: "1",
    // The call that hangs is stopped by its asker, and by nothing before.
    MODEL_FIRST_TOKEN_TIMEOUT_MS: "600000",
    MODEL_WAIT_LIMIT_MS: "600000",
  };
  [product, browser] = await Promise.all([startProduct({ environment }), startBrowser()]);
}, 300_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
  await model.close();
}, 120_000);

async function ask(name: string, question: string, locale = "en-GB"): Promise<Page> {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  await page.goto(product.url);
  await page.getByRole("button", { name: new RegExp(name) }).click();
  const field = page.getByRole("textbox").last();
  await field.fill(question);
  await field.press("Enter");
  await page.getByTestId("running").waitFor();
  return page;
}

it("tells who waits for the model their place, and lets Stop close the call that is before them", async () => {
  model.script({ kind: "hang", pieces: [] });
  const first = await ask("Malee Thongprasit", "What do I do when the VPN shows error 809?");
  await until("the model is busy", async () => model.chats.length === 1);
  const second = await ask("Siriporn Kaewmanee", "What does VPN error 809 mean?");
  const running = second.getByTestId("running");
  await running.getByText("Waiting for the model: you are next.").first().waitFor();
  const third = await ask("Malee Thongprasit", "Why does the VPN show error 809?", "th-TH");
  await third.getByText("กำลังรอโมเดล: มีคำถามก่อนหน้าคุณ 1 ข้อ").first().waitFor();
  const readOut = running.getByRole("status");
  expect(await readOut.getAttribute("aria-live")).toBe("polite");
  expect(await readOut.textContent()).toBe("Waiting for the model: you are next.");

  await first.getByRole("button", { name: "Stop" }).click();
  await first.getByText("You stopped this answer.").first().waitFor();
  await until("the call of the model is closed", async () => model.abandoned === 1);
  for (const page of [second, third]) {
    await page.getByTestId("reply").first().waitFor();
    expect(await page.getByText(/Waiting for the model|กำลังรอโมเดล/).count()).toBe(0);
  }
  expect(model.chats).toHaveLength(3);
  expect(model.violations).toEqual([]);
}, 300_000);
