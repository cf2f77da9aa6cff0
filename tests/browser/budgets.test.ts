import { execFileSync } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { usageSchema, type UsageView } from "../../bots/http/contract/budget.ts";
import { type ApiClient, signIn } from "../support/api-client.ts";
import { expectAccessible } from "../support/accessibility.ts";
import { patienceMs, startBrowser } from "../support/browser.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { type Product, startProduct } from "../support/product.ts";
import { until } from "../support/sample-work.ts";

const admin = "Siriporn Kaewmanee";
const asker = "Malee Thongprasit";
/** Where pictures of the pages go to be looked at; nowhere unless it is told. */
const pictures = process.env["PICTURES"];

let product: Product;
let model: ModelServer;
let browser: Browser;
let api: ApiClient;
let open: BrowserContext[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { stdio: "ignore" });
  model = await startModelServer();
  [product, browser] = await Promise.all([
    startProduct({
      environment: {
        MODEL_BASE_URL: model.baseUrl,
        MODEL_NAME: "small",
        ANSWER_CACHE_MINUTES: "0",
        MODEL_FIRST_TOKEN_TIMEOUT_MS: "600000",
        MODEL_BETWEEN_TOKENS_TIMEOUT_MS: "600000",
      },
    }),
    startBrowser(),
  ]);
  api = await signIn(product.url, "siriporn@chalompack.example");
}, 300_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
  await model.close();
}, 120_000);

afterEach(async () => {
  await Promise.all(open.map((context) => context.close()));
  open = [];
});

async function pageOf(name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    locale: "en-GB",
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  open.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  await page.goto(product.url);
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.getByRole("textbox").last().waitFor();
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true, animations: "disabled" });
}

/** The row of a budget, by whose it is. */
const rowOf = (page: Page, name: string) =>
  page
    .getByTestId("budgets")
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { name, exact: true }) });

async function used(): Promise<UsageView["total"]> {
  return usageSchema.parse((await api.request("GET", "/usage?days=7")).body).total;
}

/** In the order in which a company comes to them: each test goes on from the one before. */
describe("usage and budgets on the web", () => {
  jest.setTimeout(300_000);

  it("say that nobody has asked, and show every budget as free", async () => {
    const page = await pageOf(admin);
    await page.getByRole("link", { name: "Usage" }).click();
    await page.getByRole("heading", { name: "Usage and budgets", level: 1 }).waitFor();
    await page.getByText("Nobody has asked in this time").waitFor();
    await page.getByText("30 days").click();
    await page.getByText("Nobody has asked yet").waitFor();
    expect(await rowOf(page, "The whole company").textContent()).toContain("No limit");
    await page.getByText("What is a token").click();
    await page.getByText("told once some have been asked").waitFor();
    await expectAccessible(page);
    await picture(page, "empty");
  });

  it("show what was used, by day, department, person and model, and as a table", async () => {
    const malee = await signIn(product.url, "malee@chalompack.example");
    await malee.ask("How long is maternity leave?");
    await malee.ask("How do I report sick?");
    await until("the use is told", async () => (await used()).requests >= 2, 60_000);
    const page = await pageOf(admin);
    await page.goto(`${product.url}/usage?days=7`);
    const lines = page.getByTestId("usage-lines").getByRole("listitem");
    await lines.first().waitFor();
    await until(
      "the page tells as many requests",
      async () => {
        const requests = new Intl.NumberFormat("en").format((await used()).requests);
        return (await page.getByTestId("totals").textContent())?.includes(`Requests${requests}`) ?? false;
      },
      patienceMs,
    );
    await page.getByRole("combobox", { name: "By" }).click();
    await page.getByRole("option", { name: "Person" }).click();
    await lines.getByText(asker).waitFor();
    await expectAccessible(page);
    await picture(page, "by-person");
    // The choice stands in the address.
    expect(new URL(page.url()).searchParams.get("by")).toBe("person");
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download as CSV" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^usage-by-person-.+\.csv$/);
    expect(await readFile(await download.path(), "utf8")).toContain(`,${asker},malee@chalompack.example,`);
    await page.goto(`${product.url}/usage?days=7&by=model`);
    await lines.getByText("small").waitFor();
    await page.goto(`${product.url}/usage?days=7`);
    await page.getByText("What is a token").click();
    await page.getByText(/A question has cost about [\d,]+ tokens here/).waitFor();
    await picture(page, "by-day");
  });

  it("set a budget by the keyboard, mark what is wrong in place, and undo", async () => {
    const page = await pageOf(admin);
    await page.goto(`${product.url}/usage?days=1`);
    const row = rowOf(page, "The whole company");
    await row.getByRole("button", { name: "Change the budget: The whole company" }).focus();
    await page.keyboard.press("Enter");
    const field = (name: string) => row.getByRole("textbox", { name });
    // The first field has the focus.
    await page.waitForFunction("document.activeElement?.tagName === 'INPUT'");
    await page.keyboard.type("60");
    expect(await field("Requests per minute").inputValue()).toBe("60");
    await field("Tokens per minute").fill("500000");
    await field("Tokens per day").fill("400000");
    await row
      .getByText(
        "From now on the whole company may use at most 60 requests a minute, 500,000 tokens a minute and 400,000 tokens a day.",
      )
      .waitFor();
    await page.keyboard.press("Enter");
    await row.getByText("must not be above the limit per day").waitFor();
    await row.getByText("Correct what is marked").waitFor();
    // What is wrong has the focus.
    await page.waitForFunction("document.activeElement?.value === '500,000'");
    await expectAccessible(page);
    await picture(page, "form");
    await field("Tokens per minute").fill("40000");
    await row.getByRole("button", { name: "Save" }).click();
    await page.getByText("The budget is saved: The whole company").waitFor();
    await row.getByRole("button", { name: "Change the budget: The whole company" }).waitFor();
    await page.waitForFunction(
      "document.activeElement?.getAttribute('aria-label') === 'Change the budget: The whole company'",
    );
    expect(await row.textContent()).toMatch(/Tokens per day[\d,]+ of 400,000 used/);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("It is as it was: The whole company").waitFor();
    await row.getByText("No limit").waitFor();
  });

  it("warn of too little, give a person a budget of their own, and remove it", async () => {
    const page = await pageOf(admin);
    await page.goto(`${product.url}/usage?days=1`);
    await page.getByRole("combobox", { name: "A budget of their own for a person" }).fill("malee");
    await page.getByRole("option", { name: new RegExp(asker) }).click();
    const row = rowOf(page, asker);
    await row.getByRole("textbox", { name: "Tokens per day" }).fill("10");
    await row.getByText("A question may need up to 12,000 tokens at once").waitFor();
    await row.getByRole("textbox", { name: "Tokens per day" }).fill("250000");
    await row.getByRole("textbox", { name: "Requests per day" }).fill("40");
    await row.getByRole("button", { name: "Save" }).click();
    await row.getByText("malee@chalompack.example").waitFor();
    await row.getByText("0 of 40 used").waitFor();
    const department = rowOf(page, "Human Resources");
    await department.getByRole("button", { name: /^Change the budget/ }).click();
    await department.getByRole("textbox", { name: "Requests per day" }).fill("200");
    await department.getByRole("button", { name: "Save" }).click();
    await department.getByText("of 200 used").waitFor();
    // Within so long every process knows the budget.
    await page.waitForTimeout(10_500);
    await (
      await signIn(product.url, "malee@chalompack.example")
    ).ask("How many days of annual leave do I get?");
    await row.getByText(/^1 of 40 used · whole again on/).waitFor();
    await expectAccessible(page);
    await picture(page, "budgets");
    await row.getByRole("button", { name: /^Change the budget/ }).click();
    await row.getByRole("button", { name: "Remove the budget" }).click();
    await page.getByText(`The budget is removed: ${asker}`).waitFor();
    await row.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).last().click();
    await row.getByText(/of 40 used/).waitFor();
  });

  it("fit a phone of 320 pixels, in Thai and in the dark", async () => {
    const page = await pageOf(admin, {
      locale: "th-TH",
      colorScheme: "dark",
      viewport: { width: 320, height: 700 },
      hasTouch: true,
    });
    await page.goto(`${product.url}/usage?days=7&by=department`);
    await page.getByTestId("usage-lines").getByRole("listitem").first().waitFor();
    await page.getByRole("button", { name: "เปลี่ยนงบ: ทั้งบริษัท" }).click();
    await page.getByRole("textbox", { name: "โทเคนต่อวัน" }).fill("20");
    await page.getByRole("textbox", { name: "โทเคนต่อนาที" }).fill("30");
    await page.getByRole("button", { name: "บันทึก" }).click();
    await page.getByText("ต้องไม่เกินจำนวนต่อวัน").waitFor();
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    await expectAccessible(page);
    await picture(page, "phone-thai-dark");
  });

  it("are not for those who neither lead nor administer", async () => {
    const page = await pageOf(asker);
    expect(await page.getByRole("link", { name: "Usage" }).count()).toBe(0);
    await page.goto(`${product.url}/usage`);
    await page.getByRole("heading", { name: "Only for administrators and leads" }).waitFor();
    await expectAccessible(page);
  });
});
