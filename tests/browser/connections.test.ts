import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { createJiraPlatform, type JiraPlatform } from "../jira-platform/create-jira-platform.ts";
import { signIn } from "../support/api-client.ts";
import { patienceMs, startBrowser } from "../support/browser.ts";
import { type Product, startProduct } from "../support/product.ts";

const admin = "Siriporn Kaewmanee";
/** Where pictures of the pages go to be looked at; nowhere unless it is told. */
const pictures = process.env["PICTURES"];

let product: Product;
let browser: Browser;
let jira: JiraPlatform;
let page: Page;
/** What a webhook's endpoint was sent: the number of its signatures. */
const received: number[] = [];
const endpoint = createServer((request, response) => {
  request.resume().on("end", () => {
    received.push(String(request.headers["webhook-signature"]).split(" ").length);
    response.end();
  });
});

beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { stdio: "ignore" });
  jira = await createJiraPlatform({ edition: "cloud" });
  endpoint.listen(0, "127.0.0.1");
  [product, browser] = await Promise.all([
    startProduct({ environment: { WEBHOOK_ALLOW_PRIVATE: "127.0.0.1" } }),
    startBrowser(),
  ]);
  page = await browser.newPage({ locale: "en-GB", viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(patienceMs);
  await page.goto(product.url);
  await page.getByRole("button", { name: new RegExp(admin) }).click();
  await page.getByRole("textbox").last().waitFor();
}, 300_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
  await jira.close();
  endpoint.close();
}, 120_000);

async function picture(name: string): Promise<void> {
  if (pictures === undefined) return;
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true, animations: "disabled" });
}

/** In the order in which an admin comes to them: each test goes on from the one before. */
describe("connections on the web", () => {
  jest.setTimeout(300_000);

  it("add Jira, and say that its token is wrong and then that it works", async () => {
    await page.goto(`${product.url}/escalations/policies/human-resources`);
    await page.getByRole("link", { name: "Add a connection" }).first().click();
    await page.getByRole("link", { name: "Add Jira" }).click();
    await page.getByRole("textbox", { name: "Address", exact: true }).fill(jira.url);
    await page.getByRole("textbox", { name: "E-mail address of the account" }).fill(jira.email);
    await page.getByLabel("API token", { exact: true }).fill("a-wrong-token");
    await page.getByRole("button", { name: "Add the connection" }).click();
    await page.getByRole("heading", { level: 1, name: "jira" }).waitFor();
    const test = page.getByRole("button", { name: "Test", exact: true });
    await test.click();
    await page
      .getByTestId("connection-test")
      .getByText(/does not take the connection's credentials/)
      .waitFor();
    // There is no secret yet that could be exchanged.
    expect(await page.getByText("Exchanging its secret").count()).toBe(0);
    await page.getByLabel("API token", { exact: true }).fill(jira.token);
    await page.getByRole("button", { name: "Generate" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("The connection is saved.").waitFor();
    await page.getByText("Exchanging its secret").waitFor();
    await test.click();
    await page.getByText(/^It works: Expert Bot/).waitFor();
    await picture("jira");
  });

  it("add a webhook, and exchange its secret", async () => {
    await page.goto(`${product.url}/escalations/connections/new/webhook`);
    const { port } = endpoint.address() as AddressInfo;
    const address = `http://127.0.0.1:${String(port)}/events`;
    await page.getByRole("textbox", { name: "Address that gets the events" }).fill(address);
    const generate = page.getByRole("button", { name: "Generate" });
    await generate.click();
    await page.getByRole("button", { name: "Add the connection" }).click();
    await page.getByRole("heading", { level: 1, name: "webhook" }).waitFor();
    await generate.click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("The connection is saved.").waitFor();
    const test = page.getByRole("button", { name: "Test", exact: true });
    await test.click();
    await page.getByTestId("connection-test").waitFor();
    await page.getByRole("button", { name: "Drop the older ones" }).click();
    await picture("webhook-drop");
    await page.getByRole("button", { name: "Yes, drop them" }).click();
    await page.getByText("Only the newest secret holds now.").waitFor();
    const tested = page.waitForResponse(/\/test$/);
    await test.click();
    await tested;
    expect(received).toEqual([2, 1]);
  });

  it("say in words that a system which does not answer is left alone, in Thai too", async () => {
    jira.away = true;
    await page.goto(`${product.url}/escalations/connections`);
    const test = page.getByRole("button", { name: "Test jira" });
    for (let time = 0; time < 5; time += 1) {
      const tested = page.waitForResponse(/\/test$/);
      await test.click();
      await tested;
    }
    await page.getByText(/^Left alone until .+ after \d+ failures: Jira does not answer\.$/).waitFor();
    await picture("left-alone");
    const thai = await browser.newPage({ locale: "th-TH", viewport: { width: 320, height: 700 } });
    thai.setDefaultTimeout(patienceMs);
    await thai.goto(product.url);
    await thai.getByRole("button", { name: new RegExp(admin) }).click();
    await thai.getByRole("textbox").last().waitFor();
    await thai.goto(`${product.url}/escalations/connections`);
    await thai.getByText(/Jira ไม่ตอบ/).waitFor();
    await thai.close();
    jira.away = false;
    await test.click();
    await page
      .getByText(/^Worked last on/)
      .first()
      .waitFor();
  });

  it("take the answer to an escalation, and send it", async () => {
    const api = await signIn(product.url, "siriporn@chalompack.example");
    const policy = {
      on: { critical: "ticket" },
      ticket: { connection: "jira", project: "OPS", issue_type: "Task" },
    };
    for (const slug of ["human-resources", "plant-operations", "it-operations"])
      await api.request("PUT", `/departments/${slug}/escalation-policy`, { policy });
    // So long may the workers remember the policy that was there before.
    await page.waitForTimeout(5_500);
    const malee = await signIn(product.url, "malee@chalompack.example");
    await malee.ask("There is a fire in the warehouse! How do I report sick?");
    await page.goto(`${product.url}/escalations`);
    await page.getByTestId("escalations").getByRole("link").first().click();
    await page.getByText("OPS-1").first().waitFor();
    await page.getByRole("button", { name: "Give the answer" }).click();
    const send = page.getByRole("button", { name: "Send the answer" });
    expect(await send.isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "The answer" }).fill("Leave the building and call 199.");
    await picture("answer");
    await send.click();
    await page.getByText("Your answer is on its way.").waitFor();
    await page.getByText("Siriporn Kaewmanee resolved it").waitFor();
    await picture("answered");
    expect(jira.issues()).toHaveLength(1);
  });
});
