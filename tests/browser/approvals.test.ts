import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { type ApiClient, signIn as signInAtApi } from "../support/api-client.ts";
import { expectAccessible } from "../support/accessibility.ts";
import { patienceMs, startBrowser } from "../support/browser.ts";
import { ownerUrlOf } from "../support/mortal-database.ts";
import { type Product, startProduct } from "../support/product.ts";

const question = "How many annual leave days can I carry over, and until when?";
const asker = "Malee Thongprasit";
const lead = "Siriporn Kaewmanee";
const approver = "Anan Wongsuwan";
/** Where pictures of the pages go to be looked at; nowhere unless it is told. */
const pictures = process.env["PICTURES"];

let product: Product;
let browser: Browser;
let admin: ApiClient;
let open: BrowserContext[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { stdio: "ignore" });
  [product, browser] = await Promise.all([startProduct(), startBrowser()]);
  admin = await signInAtApi(product.url, "siriporn@chalompack.example");
}, 300_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
}, 120_000);

beforeEach(() => setPolicy({ required_for: "all" }));
afterEach(async () => {
  await Promise.all(open.map((context) => context.close()));
  open = [];
});

async function setPolicy(policy: Record<string, unknown>): Promise<void> {
  const { status } = await admin.request("PUT", "/departments/human-resources/approval-policy", { policy });
  expect(status).toBe(200);
}

async function pageOf(name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    locale: "en-GB",
    viewport: { width: 1280, height: 860 },
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

/** Each test asks in words of its own, so that nothing approved before answers it. */
async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Your question" }).fill(text);
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="reply"][data-kind="pending"]').waitFor();
}

async function openNewest(page: Page): Promise<string> {
  await page.goto(`${product.url}/approvals`);
  const row = page.getByTestId("approvals").getByRole("link").last();
  await row.click();
  await page.getByTestId("approval").waitFor();
  return page.url();
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true, animations: "disabled" });
}

/** As if everyone had signed in so long ago. */
async function signInsAgo(hours: number): Promise<void> {
  const owner = new pg.Client({ connectionString: await ownerUrlOf(product.dataFolder) });
  await owner.connect();
  try {
    const query =
      "update users set signed_in_at = signed_in_at - $1 * interval '1 hour' where signed_in_at is not null";
    expect((await owner.query(query, [hours])).rowCount).toBeGreaterThan(1);
  } finally {
    await owner.end();
  }
}

describe("approvals on the web", () => {
  jest.setTimeout(300_000);

  it("bring an edited answer from one browser to the other", async () => {
    const [malee, siriporn] = await Promise.all([pageOf(asker), pageOf(lead)]);
    await ask(malee, question);
    await malee.getByText(/I have asked/).waitFor();
    await expectAccessible(malee);
    await picture(malee, "pending");

    await siriporn.getByTestId("approval-count").waitFor();
    await siriporn.getByRole("link", { name: /Approvals/ }).click();
    await siriporn.getByTestId("approvals").waitFor();
    await expectAccessible(siriporn);
    await picture(siriporn, "inbox");
    await siriporn.getByTestId("approvals").getByRole("link").last().click();
    await siriporn.getByText("Up to 5 unused days may be carried over").first().waitFor();
    await expectAccessible(siriporn);
    await picture(siriporn, "approval");
    await siriporn.getByRole("button", { name: "Source 1:" }).first().click();
    await siriporn.getByRole("dialog").locator("mark").first().waitFor();
    // Reading a source, no key decides.
    await siriporn.keyboard.press("a");
    await siriporn.keyboard.press("Escape");
    await siriporn.getByRole("dialog").waitFor({ state: "hidden" });

    await siriporn.keyboard.press("e");
    const words = siriporn.getByRole("textbox", { name: "Answer" });
    await words.fill("You may carry over five days until 31 March. [1]");
    await expectAccessible(siriporn);
    await picture(siriporn, "edit");
    await siriporn.keyboard.press("Control+Enter");
    await malee.getByText("You may carry over five days until 31 March.").first().waitFor();
    await malee.getByText(/Verified by Siriporn Kaewmanee/).waitFor();
    await expectAccessible(malee);
    await picture(malee, "verified");
    await malee.reload();
    await malee.getByText(/Verified by Siriporn Kaewmanee/).waitFor();

    await siriporn.getByTestId("decided").waitFor();
    await siriporn.getByRole("button", { name: "Undo" }).click();
    await siriporn.getByRole("button", { name: "Yes, take it back" }).click();
    await malee
      .getByText("You may carry over five days until 31 March.")
      .first()
      .waitFor({ state: "hidden" });
    await siriporn.getByText(/took the answer back/).waitFor();
    await picture(siriporn, "withdrawn");
  });

  it("tell whoever is late who decided, and keep what they wrote", async () => {
    const [malee, siriporn, anan] = await Promise.all([pageOf(asker), pageOf(lead), pageOf(approver)]);
    await ask(malee, "How long is maternity leave and how much of it is paid?");
    const address = await openNewest(siriporn);
    await anan.goto(address);
    await anan.getByRole("button", { name: "Reject with a correction" }).click();
    await anan.getByRole("textbox", { name: "The right answer" }).fill("Ask me by telephone.");
    await siriporn.getByRole("button", { name: "Reject with a reason" }).click();
    await siriporn.getByRole("textbox", { name: "Reason for the asker" }).fill("This is not public yet.");
    await siriporn.getByRole("button", { name: "Reject the question" }).click();
    await anan.getByText(/Siriporn Kaewmanee rejected it/).waitFor();
    expect(await anan.getByRole("textbox", { name: "The right answer" }).inputValue()).toBe(
      "Ask me by telephone.",
    );
    expect(await anan.getByRole("button", { name: "Send the correction" }).isDisabled()).toBe(true);
    await picture(anan, "late");
    await malee.getByText("This is not public yet.").waitFor();
  });

  it("take one decision where two click at once", async () => {
    const [malee, siriporn, anan] = await Promise.all([pageOf(asker), pageOf(lead), pageOf(approver)]);
    await ask(malee, "Who pays for the medical certificate when I am on sick leave?");
    const address = await openNewest(siriporn);
    await anan.goto(address);
    const approve = { name: "Approve", exact: true };
    await anan.getByRole("button", approve).waitFor();
    await Promise.all([
      siriporn.getByRole("button", approve).click(),
      anan.getByRole("button", approve).click(),
    ]);
    const decided = await Promise.all(
      [siriporn, anan].map((page) => page.getByTestId("decided").innerText()),
    );
    expect(decided[0]).toBe(decided[1]);
    await malee.getByTestId("verified").waitFor();
  });

  it("ask for a new sign-in where the policy does, and go on from there", async () => {
    await setPolicy({ required_for: "all", sign_in_within: "1h", show_draft: true });
    const [malee, anan] = await Promise.all([pageOf(asker), pageOf(approver)]);
    // So long may the workers remember the policy that was there before.
    await malee.waitForTimeout(5_500);
    await ask(malee, "How many days of probation does a new employee have?");
    await malee.getByText("Draft, not checked").waitFor();
    await expectAccessible(malee);
    await picture(malee, "pending-draft");
    await openNewest(anan);
    await signInsAgo(2);
    await anan.getByRole("button", { name: "Reject with a correction" }).click();
    await anan.getByRole("textbox", { name: "The right answer" }).fill("It is 119 days.");
    await anan.getByRole("button", { name: "Send the correction" }).click();
    await anan.getByRole("button", { name: "Sign in again as Anan Wongsuwan" }).waitFor();
    await picture(anan, "sign-in-again");
    await anan.getByRole("button", { name: "Sign in again as Anan Wongsuwan" }).click();
    await malee.getByText("It is 119 days.").first().waitFor();
    await malee.getByText(/Verified by Anan Wongsuwan/).waitFor();
  });

  it("change a policy by form and by text, and name the faulty field", async () => {
    const siriporn = await pageOf(lead);
    await siriporn.goto(`${product.url}/approvals/policies/human-resources`);
    await siriporn.getByRole("button", { name: "Save the policy" }).waitFor();
    await expectAccessible(siriporn);
    await picture(siriporn, "policy");
    await siriporn.getByLabel("Remind after").fill("soon");
    await siriporn.getByRole("button", { name: "Save the policy" }).click();
    await siriporn.getByText("levels.0.remind_after").waitFor();
    await siriporn.getByLabel("Remind after").fill("30m");
    await siriporn.getByRole("button", { name: "Save the policy" }).click();
    await siriporn.getByText("The policy is saved.").waitFor();
    await siriporn.getByRole("tab", { name: "YAML" }).click();
    const text = siriporn.getByRole("textbox", { name: /The policy as in/ });
    expect(await text.inputValue()).toContain("remind_after: 30m");
    await text.fill("required_for: sometimes\n");
    await siriporn.getByRole("button", { name: "Save the policy" }).click();
    await siriporn.getByText("required_for", { exact: true }).waitFor();
    await expectAccessible(siriporn);
    await picture(siriporn, "policy-yaml");
  });

  it("go to a delegate while somebody is away", async () => {
    const anan = await pageOf(approver);
    await anan.goto(`${product.url}/approvals/settings`);
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 16);
    await anan.getByLabel("Back on").fill(until);
    await anan.getByRole("combobox", { name: "Who decides meanwhile" }).fill("siriporn@chalompack.example");
    await anan.keyboard.press("Escape");
    await anan.getByRole("button", { name: "Save" }).click();
    await anan.getByText(/Siriporn Kaewmanee decides meanwhile/).waitFor();
    await expectAccessible(anan);
    await picture(anan, "settings");
    await anan.getByRole("button", { name: "I am back" }).click();
    await anan.getByText(/decides meanwhile\./).waitFor({ state: "hidden" });
  });

  it("work on a phone, in Thai and in the dark", async () => {
    const phone = {
      locale: "th-TH",
      colorScheme: "dark",
      viewport: { width: 360, height: 740 },
      hasTouch: true,
    } as const;
    const [malee, siriporn] = await Promise.all([pageOf(asker), pageOf(lead, phone)]);
    await ask(malee, "When is the salary paid if the payday is a holiday?");
    for (const path of ["/approvals", "/approvals/settings", "/approvals/policies/human-resources"]) {
      await siriporn.goto(`${product.url}${path}`);
      await siriporn.getByRole("heading", { level: 1 }).waitFor();
      await siriporn.waitForLoadState("load");
      const overflow = await siriporn.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect({ path, overflow: Math.max(0, overflow) }).toEqual({ path, overflow: 0 });
      await expectAccessible(siriporn);
    }
    await openNewest(siriporn);
    const overflow = await siriporn.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    await expectAccessible(siriporn);
    await picture(siriporn, "phone");
  });
});
