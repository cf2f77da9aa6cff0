import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expectAccessible } from "../support/accessibility.ts";
import { patienceMs, startBrowser } from "../support/browser.ts";
import { type Product, startProduct } from "../support/product.ts";

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { stdio: "ignore" });
  [product, browser] = await Promise.all([startProduct(), startBrowser()]);
}, 300_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
}, 120_000);

beforeEach(async () => {
  context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 860 } });
  page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
});

afterEach(() => context.close());

async function signIn(name: string): Promise<void> {
  await page.goto(product.url);
  await page.getByRole("button", { name: `Sign in as ${name}` }).click();
  await page.getByRole("textbox", { name: "Your question" }).waitFor();
}

async function ask(question: string): Promise<void> {
  await page.getByRole("textbox", { name: "Your question" }).fill(question);
  await page.keyboard.press("Enter");
}

jest.setTimeout(300_000);

describe("the page", () => {
  it("answers a question and opens the cited passage", async () => {
    await signIn("Malee Thongprasit");
    await ask("How many annual leave days can I carry over, and until when?");
    const answer = page.getByTestId("turn").last();
    await answer.getByText("Up to 5 unused days may be carried over").first().waitFor();
    expect(await page.getByText(/(High|Medium) confidence/).count()).toBeGreaterThan(0);
    await expectAccessible(page);

    await answer
      .getByRole("button", { name: /^Source 1:/ })
      .first()
      .click();
    const panel = page.getByRole("dialog");
    await panel.locator("mark", { hasText: "Up to 5 unused days may be carried over" }).first().waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
  });

  it("takes a rating with its reason, and gives the confidence's figure to the keyboard", async () => {
    await signIn("Malee Thongprasit");
    await ask("What do I do when the VPN shows error 809?");
    await page.getByText("Switch to a mobile hotspot").first().waitFor();
    await page
      .getByRole("button", { name: /confidence/i })
      .first()
      .focus();
    await page
      .getByText(/\d+ of 100/)
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Not helpful" }).click();
    await page.getByRole("textbox", { name: "Tell us more" }).fill("The hotspot did not help");
    await page.getByRole("button", { name: "Send" }).click();
    await page
      .getByText(/The hotspot did not help/)
      .first()
      .waitFor();
    await page.reload();
    await page
      .getByText(/The hotspot did not help/)
      .first()
      .waitFor();
  });

  it("keeps the conversation, with a title, after a reload", async () => {
    await signIn("Malee Thongprasit");
    await ask("What do I do when the VPN shows error 809?");
    await page.getByText("Switch to a mobile hotspot").first().waitFor();
    await page.reload();
    await page.getByText("Switch to a mobile hotspot").first().waitFor();
    expect(
      await page
        .getByRole("navigation")
        .getByText(/VPN shows error 809/)
        .count(),
    ).toBeGreaterThan(0);
  });

  it("says so when the documents hold no answer", async () => {
    await signIn("Malee Thongprasit");
    await ask("What is the boiling point of tungsten in kelvin?");
    await page.getByText("I found no answer to this").first().waitFor();
    await expectAccessible(page);
  });

  it("takes a document in and answers from it", async () => {
    await signIn("Siriporn Kaewmanee");
    await page.getByRole("link", { name: "Knowledge" }).click();
    await page.getByRole("heading", { name: "Knowledge", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Add documents" }).click();
    await page.locator('input[type="file"]').setInputFiles({
      name: "bicycle-parking.md",
      mimeType: "text/markdown",
      buffer: Buffer.from(
        "# Bicycle parking\n\nBicycles are parked in hall K7, behind the canteen, from 06:00 to 22:00.\n",
      ),
    });
    await page.getByText("Bicycle parking").first().waitFor();
    await page.getByText("Ready").first().waitFor();
    await expectAccessible(page);

    await page.getByRole("link", { name: "New question" }).click();
    await ask("Where are bicycles parked?");
    await page.getByText("hall K7").first().waitFor();
  });

  it("works on a phone, in Thai and in the dark", async () => {
    await context.close();
    context = await browser.newContext({
      locale: "th-TH",
      colorScheme: "dark",
      viewport: { width: 360, height: 740 },
      hasTouch: true,
    });
    page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(product.url);
    await page.getByRole("button", { name: /Malee Thongprasit/ }).click();
    await page.getByRole("textbox").last().fill("วันลาพักร้อนที่เหลือสะสมไปปีถัดไปได้กี่วัน");
    await page.keyboard.press("Enter");
    await page.getByText("สะสมไปใช้ปีถัดไปได้ไม่เกิน 5 วัน").first().waitFor();
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  });
});
