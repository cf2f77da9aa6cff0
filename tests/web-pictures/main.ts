import { execFileSync } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { root } from "../frame/repository.ts";
import { startBrowser } from "../support/browser.ts";
import { startPagerDutyPlatform } from "../pagerduty-platform/start-pagerduty-platform.ts";
import { signIn } from "../support/api-client.ts";
import { pause } from "../support/sample-work.ts";
import { type Product, startProduct } from "../support/product.ts";

/** Takes the page's pictures of docs/channels.md, docs/approvals.md and docs/escalation.md from the running product: `npx tsx tests/web-pictures/main.ts`. */
const folder = join(root, "docs/images/web");
const compressor = "What must I do after the compressor trips with TR-22?";

/** In CSS pixels. */
const desktop = 680;
const margin = 12;

/** What Malee asks, and what she then does. */
const scenes = [
  { name: "answer", question: compressor, locale: "en-GB" },
  { name: "answer-dark", question: compressor, locale: "en-GB", dark: true },
  { name: "answer-phone", question: compressor, locale: "en-GB", width: 390 },
  { name: "answer-thai", question: "ลาป่วยกี่วันต้องมีใบรับรองแพทย์", locale: "th-TH" },
  { name: "answer-table", question: "What do I do when the VPN shows error 868?", locale: "en-GB" },
  { name: "not-found", question: "How many parking spaces does the new warehouse have?", locale: "en-GB" },
  { name: "feedback-form", question: compressor, locale: "en-GB", rate: "Not helpful" },
] as const satisfies readonly Scene[];

interface Scene {
  readonly name: string;
  readonly question: string;
  readonly locale: string;
  readonly dark?: boolean;
  /** In CSS pixels; as wide as Slack's and Teams' pictures where it is not told. */
  readonly width?: number;
  /** The rating that is clicked. */
  readonly rate?: string;
}

async function draw(browser: Browser, product: Product, scene: Scene): Promise<void> {
  const context = await browser.newContext({
    locale: scene.locale,
    colorScheme: scene.dark === true ? "dark" : "light",
    viewport: { width: scene.width ?? desktop, height: 1_600 },
    deviceScaleFactor: 2,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(product.url);
  await page.getByRole("button", { name: /Malee Thongprasit/ }).click();
  await page.getByRole("textbox").last().fill(scene.question);
  await page.keyboard.press("Enter");
  const turn = page.getByTestId("turn").last();
  await turn.getByTestId("reply").waitFor();
  await pause(markdownMs);
  if (scene.rate !== undefined) await turn.getByRole("button", { name: scene.rate }).click();
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await page.mouse.move(0, 0);
  const box = await turn.boundingBox();
  if (!box) throw new Error(`${scene.name}: the answer is not shown`);
  const around = { x: 0, y: box.y - margin, width: scene.width ?? desktop, height: box.height + margin };
  await page.screenshot({ path: join(folder, `${scene.name}.png`), clip: around, animations: "disabled" });
  await context.close();
}

/** What sets Markdown is loaded with the first answer; until then its text stands there plain. */
const markdownMs = 1_000;
const shown = { width: 1_180, height: 860 } as const;

/** The pictures of docs/approvals.md: a question that waits, what Siriporn sees of it, and the answer that comes of it. */
async function drawApproval(browser: Browser, { url }: Product): Promise<number> {
  const policy = { required_for: "all", show_draft: true };
  const admin = await signIn(url, "siriporn@chalompack.example");
  await admin.request("PUT", "/departments/plant-operations/approval-policy", { policy });
  // So long may the workers remember the policy that was there before.
  await pause(6_000);
  const open = async (name: string, viewport: { readonly width: number; readonly height: number }) => {
    const context = await browser.newContext({
      locale: "en-GB",
      viewport,
      deviceScaleFactor: 2,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(url);
    await page.getByRole("button", { name: new RegExp(name) }).click();
    await page.getByRole("textbox").last().waitFor();
    return page;
  };
  let drawn = 0;
  const draw = async (page: Page, name: string): Promise<void> => {
    await page.evaluate("document.fonts.ready.then(() => undefined)");
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(folder, `approval-${name}.png`), animations: "disabled" });
    drawn += 1;
  };
  const malee = await open("Malee Thongprasit", { width: desktop, height: 640 });
  const siriporn = await open("Siriporn Kaewmanee", shown);
  await malee.getByRole("textbox").last().fill(compressor);
  await malee.keyboard.press("Enter");
  await malee.getByText("Draft, not checked").waitFor();
  await draw(malee, "pending");
  await siriporn.getByTestId("approval-count").waitFor();
  await siriporn.getByRole("link", { name: /Approvals/ }).click();
  await siriporn.getByTestId("approvals").waitFor();
  await draw(siriporn, "inbox");
  await siriporn.getByTestId("approvals").getByRole("link").first().click();
  await siriporn.getByTestId("draft-text").getByRole("listitem").first().waitFor();
  await draw(siriporn, "open");
  await siriporn.getByRole("button", { name: "Approve", exact: true }).click();
  await malee.getByTestId("verified").waitFor();
  await draw(malee, "verified");
  await siriporn.goto(`${url}/approvals/policies/plant-operations`);
  await siriporn.getByRole("button", { name: "Save the policy" }).waitFor();
  await draw(siriporn, "policy");
  return drawn;
}

const routingKey = "0123456789abcdef0123456789abcdef";

/** The pictures of docs/escalation.md: an emergency that pages Anan, and what Siriporn sees and sets. */
async function drawEscalation(browser: Browser, { url }: Product): Promise<number> {
  const pagerDuty = await startPagerDutyPlatform();
  try {
    pagerDuty.addService("Plant", routingKey, pagerDuty.addUser("Anan Wongsuwan", "anan@chalompack.example"));
    const admin = await signIn(url, "siriporn@chalompack.example");
    await admin.request("POST", "/connections", {
      kind: "pagerduty",
      name: "on-call",
      settings: {
        events_url: pagerDuty.apiUrl,
        api_url: pagerDuty.apiUrl,
        from_email: "anan@chalompack.example",
      },
      secrets: { routing_key: routingKey, api_token: pagerDuty.token },
    });
    const policy = { on: { critical: "page" }, page: { connection: "on-call" } };
    for (const slug of ["human-resources", "it-operations", "plant-operations"])
      await admin.request("PUT", `/departments/${slug}/escalation-policy`, { policy });
    // So long may the workers remember the policy that was there before.
    await pause(6_000);
    const open = async (name: string, locale: string, dark: boolean): Promise<Page> => {
      const context = await browser.newContext({
        locale,
        colorScheme: dark ? "dark" : "light",
        viewport: shown,
        deviceScaleFactor: 2,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(url);
      await page.getByRole("button", { name: new RegExp(name) }).click();
      await page.getByRole("textbox").last().waitFor();
      return page;
    };
    let drawn = 0;
    const draw = async (page: Page, name: string): Promise<void> => {
      await page.evaluate("document.fonts.ready.then(() => undefined)");
      await page.mouse.move(0, 0);
      await page.screenshot({ path: join(folder, `escalation-${name}.png`), animations: "disabled" });
      drawn += 1;
    };
    const malee = await open("Malee Thongprasit", "en-GB", false);
    await malee
      .getByRole("textbox")
      .last()
      .fill("There is a fire! What must I do after the compressor trips with TR-22?");
    await malee.keyboard.press("Enter");
    await malee.getByText(/Anan Wongsuwan was paged/).waitFor();
    await malee.getByTestId("escalation-note").scrollIntoViewIfNeeded();
    await draw(malee, "asker");
    const siriporn = await open("Siriporn Kaewmanee", "en-GB", false);
    await siriporn.goto(`${url}/escalations`);
    await siriporn.getByTestId("escalations").getByRole("link").first().click();
    await siriporn.getByTestId("link-page").waitFor();
    await draw(siriporn, "open");
    await siriporn.goto(`${url}/escalations/policies/plant-operations`);
    await siriporn.getByRole("button", { name: "Preview" }).click();
    await siriporn.getByTestId("preview").scrollIntoViewIfNeeded();
    await draw(siriporn, "policy");
    await siriporn.goto(`${url}/escalations/connections`);
    await siriporn.getByRole("button", { name: "Test on-call" }).click();
    await siriporn.getByTestId("connection-test").waitFor();
    await draw(siriporn, "connections");
    return drawn;
  } finally {
    await pagerDuty.close();
  }
}

execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { cwd: root, stdio: "inherit" });
const [product, browser] = await Promise.all([
  // Where this machine stands in for PagerDuty.
  startProduct({ environment: { WEBHOOK_ALLOW_PRIVATE: "127.0.0.1" } }),
  startBrowser(),
]);
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const scene of scenes) await draw(browser, product, scene);
  const more = (await drawApproval(browser, product)) + (await drawEscalation(browser, product));
  console.log(`${String(scenes.length + more)} pictures in docs/images/web`);
} finally {
  await browser.close();
  await product.stop();
}
