import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import {
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../pagerduty-platform/start-pagerduty-platform.ts";
import { type ApiClient, signIn as signInAtApi } from "../support/api-client.ts";
import { expectAccessible } from "../support/accessibility.ts";
import { patienceMs, startBrowser } from "../support/browser.ts";
import { type Product, startProduct } from "../support/product.ts";
import { until } from "../support/sample-work.ts";

const asker = "Malee Thongprasit";
const admin = "Siriporn Kaewmanee";
const routingKey = "0123456789abcdef0123456789abcdef";
const token = "u+a-rest-key-of-the-account";
const emergency = "There is a fire in the warehouse! How do I report sick?";
/** Where pictures of the pages go to be looked at; nowhere unless it is told. */
const pictures = process.env["PICTURES"];

let product: Product;
let browser: Browser;
let pagerDuty: PagerDutyPlatform;
let api: ApiClient;
let open: BrowserContext[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { stdio: "ignore" });
  pagerDuty = await startPagerDutyPlatform();
  pagerDuty.token = token;
  const ana = pagerDuty.addUser("Ana Sukhum", "ana@chalompack.example");
  pagerDuty.addService("Human Resources", routingKey, ana);
  [product, browser] = await Promise.all([
    startProduct({
      environment: { PUBLIC_URL: "https://expert.example", WEBHOOK_ALLOW_PRIVATE: "127.0.0.1" },
    }),
    startBrowser(),
  ]);
  api = await signInAtApi(product.url, "siriporn@chalompack.example");
}, 300_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
  await pagerDuty.close();
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

/** In the order in which a company comes to them: each test goes on from the one before. */
describe("escalations on the web", () => {
  jest.setTimeout(300_000);

  it("connect PagerDuty, and say what is missing and what works", async () => {
    const page = await pageOf(admin);
    await page.getByRole("link", { name: "Escalations" }).click();
    await page.getByText("Nothing is open").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Connections" }).click();
    await page.getByText("Nothing is connected").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Add PagerDuty" }).click();
    await page.getByRole("combobox", { name: "Service region" }).click();
    await page.getByRole("option", { name: "Another address" }).click();
    await page.getByRole("textbox", { name: "Address of the Events API" }).fill(pagerDuty.apiUrl);
    await page.getByRole("textbox", { name: "Address of the REST API" }).fill(pagerDuty.apiUrl);
    await page.getByLabel("Integration key", { exact: true }).fill(routingKey);
    await expectAccessible(page);
    await picture(page, "connection-new");
    await page.getByRole("button", { name: "Add the connection" }).click();
    await page.getByRole("heading", { level: 1, name: "on-call" }).waitFor();
    const address = page.getByRole("textbox", { name: "Webhook address" });
    expect(await address.inputValue()).toMatch(/^https:\/\/expert\.example\/v1\/hooks\/pagerduty\//);
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText(/something is missing/).waitFor();
    await expectAccessible(page);
    await page.getByLabel("REST API key", { exact: true }).fill(token);
    await page.getByRole("textbox", { name: "Whose name notes carry" }).fill("ana@chalompack.example");
    // Asked often, where no webhook can reach this machine.
    await page.getByRole("textbox", { name: "Ask for changes" }).fill("15");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("The connection is saved.").waitFor();
    expect(await page.content()).not.toContain(token);
    await picture(page, "connection");
    await page.getByRole("link", { name: "All connections" }).click();
    await page.getByRole("button", { name: "Test on-call" }).click();
    await page.getByTestId("connection-test").waitFor();
    await expectAccessible(page);
    await picture(page, "connections");
  });

  it("look at what a policy would have done, and keep it", async () => {
    await (await signInAtApi(product.url, "malee@chalompack.example")).ask("The server room is on fire!");
    const page = await pageOf(admin);
    await page.goto(`${product.url}/escalations/policies/human-resources`);
    await page.getByRole("combobox", { name: "Words of an emergency: goes to" }).click();
    await page.getByRole("option", { name: "A page", exact: true }).click();
    await page.getByRole("button", { name: "Save the policy" }).click();
    await page.getByText("say where pages go").waitFor();
    await page.getByRole("combobox", { name: "Who pages" }).click();
    await page.getByRole("option", { name: /on-call/ }).click();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByTestId("preview").waitFor();
    await expectAccessible(page);
    await picture(page, "policy");
    await page.getByRole("button", { name: "Save the policy" }).click();
    await page.getByText("The policy is saved.").waitFor();
    await page.getByRole("tab", { name: "YAML" }).click();
    const yaml = page.getByRole("textbox", { name: /The policy as in/ });
    expect(await yaml.inputValue()).toContain("critical: page");
    await expectAccessible(page);
    await page.getByRole("tab", { name: "Form" }).click();
    // Whichever department the question below is led to.
    const { body } = await api.request<{ readonly policy: unknown }>(
      "GET",
      "/departments/human-resources/escalation-policy",
    );
    for (const slug of ["plant-operations", "it-operations"])
      await api.request("PUT", `/departments/${slug}/escalation-policy`, { policy: body.policy });
    // So long may the workers remember the policy that was there before.
    await page.waitForTimeout(5_500);
  });

  it("tell the asker who was paged, and within two seconds who has it in hand", async () => {
    const [malee, siriporn] = await Promise.all([pageOf(asker), pageOf(admin)]);
    await malee.getByRole("textbox", { name: "Your question" }).fill(emergency);
    await malee.keyboard.press("Enter");
    await malee.getByTestId("escalation-note").waitFor();
    await malee.getByText(/Ana Sukhum was paged/).waitFor();
    await expectAccessible(malee);
    await picture(malee, "conversation");
    await siriporn.goto(`${product.url}/escalations`);
    await siriporn.getByTestId("escalations").getByRole("link").first().click();
    await siriporn.getByTestId("escalation").waitFor();
    await expectAccessible(siriporn);
    await picture(siriporn, "escalation");
    await siriporn.getByRole("button", { name: "Take it in hand" }).click();
    await malee.getByText("Siriporn Kaewmanee has it in hand.").waitFor();
    await siriporn.getByRole("button", { name: "Comment" }).click();
    await siriporn.getByRole("textbox", { name: "Comment" }).fill("The fire brigade is on its way.");
    await expectAccessible(siriporn);
    await siriporn.keyboard.press("Control+Enter");
    await siriporn.getByText("Your comment is on its way.").waitFor();
    await siriporn.getByRole("button", { name: "Resolve" }).click();
    await siriporn.getByRole("button", { name: "Yes, it is settled" }).click();
    await malee.getByText("Siriporn Kaewmanee has resolved it.").waitFor();
    await expectAccessible(siriporn);
    await picture(siriporn, "resolved");
    expect(pagerDuty.incidents).toHaveLength(1);
  });

  it("list what was given up, and have it tried again", async () => {
    // What the test before asked for comes first.
    await until("the incident is resolved", async () => pagerDuty.incidents[0]?.status === "resolved");
    // An answer that comes too late is not told, and its call made again.
    const refusal = { status: 400, body: '{"status":"invalid event"}' };
    pagerDuty.failNext("events", ...Array.from({ length: 20 }, () => refusal));
    const malee = await signInAtApi(product.url, "malee@chalompack.example");
    await malee.ask("Explosion in the canteen! How do I report sick?");
    const page = await pageOf(admin);
    await page.goto(`${product.url}/escalations/undelivered`);
    await page.getByTestId("dispatches").waitFor();
    await expectAccessible(page);
    await picture(page, "undelivered");
    pagerDuty.mend();
    await page.getByRole("button", { name: /^Try again: Page on-call/ }).click();
    await page.getByText("1 call is tried again.").waitFor();
    await page.getByText("Nothing was given up").waitFor();
  });

  it("show these pages to admins alone, and none of them to who only asks", async () => {
    const malee = await pageOf(asker);
    expect(await malee.getByRole("link", { name: "Escalations" }).count()).toBe(0);
    for (const path of ["connections", "undelivered"]) {
      await malee.goto(`${product.url}/escalations/${path}`);
      await malee.getByText("Only admins see this page.").waitFor();
      await expectAccessible(malee);
    }
  });

  it("work on a phone, in Thai and in the dark", async () => {
    const phone = {
      locale: "th-TH",
      colorScheme: "dark",
      viewport: { width: 320, height: 700 },
      hasTouch: true,
    } as const;
    const page = await pageOf(admin, phone);
    const { body } = await api.request<{ readonly items: readonly { readonly escalationId: string }[] }>(
      "GET",
      "/escalations",
    );
    const { body: known } = await api.request<{ readonly items: readonly { readonly id: string }[] }>(
      "GET",
      "/connections",
    );
    for (const path of [
      "/escalations",
      `/escalations/${body.items[0]?.escalationId ?? ""}`,
      "/escalations/policies/human-resources",
      "/escalations/connections",
      `/escalations/connections/${known.items[0]?.id ?? ""}`,
      "/escalations/connections/new/jira",
      "/escalations/undelivered",
    ]) {
      await page.goto(`${product.url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForTimeout(600);
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect({ path, overflow: Math.max(0, overflow) }).toEqual({ path, overflow: 0 });
      await expectAccessible(page);
      await picture(page, `phone-${path.split("/").at(-1) ?? ""}`);
    }
  });
});
