import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import type { DepartmentView } from "../../bots/http/contract/identity.ts";
import type { DocumentView, PassageView } from "../../bots/http/contract/knowledge.ts";
import { type ApiClient, signIn } from "../support/api-client.ts";
import { expectAccessible } from "../support/accessibility.ts";
import { patienceMs, startBrowser } from "../support/browser.ts";
import { type Product, startProduct } from "../support/product.ts";

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Leads every department. */
let siriporn: ApiClient;
let departments: readonly DepartmentView[];

beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/build.mjs", "--if-stale"], { stdio: "ignore" });
  [product, browser] = await Promise.all([startProduct(), startBrowser()]);
  siriporn = await signIn(product.url, "siriporn@chalompack.example");
  departments = (await siriporn.request<{ items: DepartmentView[] }>("GET", "/departments")).body.items;
}, 300_000);

afterAll(async () => {
  await browser.close();
  await product.stop();
}, 120_000);

afterEach(() => context.close());

async function visit(path: string, options: BrowserContextOptions = {}): Promise<void> {
  context = await browser.newContext({
    locale: "en-GB",
    viewport: { width: 1280, height: 860 },
    ...options,
  });
  page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  await page.goto(`${product.url}${path}`);
}

const signInAs = (name: string): Promise<void> =>
  page.getByRole("button", { name: new RegExp(name) }).click();

/** A document of several windows' height, one section for each name. */
async function upload(name: string, sections: readonly string[]): Promise<readonly PassageView[]> {
  const paragraph = "Check the gauge, note the reading in the log and tell the shift lead what you saw. ";
  const text = sections.map((section) => `## ${section}\n\n${section} first. ${paragraph.repeat(18)}\n`);
  const department = departments.find(({ slug }) => slug === "plant-operations")?.id ?? "";
  const { id } = await siriporn.upload(name, `# Press manual\n\n${text.join("\n")}`, department);
  return (await textOf(id)).passages;
}

const textOf = async (id: string) =>
  (
    await siriporn.request<{ document: DocumentView; passages: PassageView[] }>(
      "GET",
      `/documents/${id}/passages`,
    )
  ).body;

async function documentNamed(name: string): Promise<DocumentView> {
  const { body } = await siriporn.request<{ items: DocumentView[] }>("GET", "/documents?limit=100");
  const found = body.items.find((document) => document.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

/** A link to the section of this name, as a chat message holds it. */
async function linkTo(name: string, section: string): Promise<string> {
  const { id } = await documentNamed(name);
  const passage = (await textOf(id)).passages.find(({ text }) => text.includes(`${section} first.`));
  if (!passage) throw new Error(`no passage holds ${section}`);
  return `/sources/${id}?passage=${passage.id}`;
}

/** Its first line stands in the window, under the page's title. */
async function expectInView(passage: Locator): Promise<void> {
  await passage.waitFor();
  await page.waitForFunction("document.activeElement?.dataset.testid === 'cited-passage'");
  const top = (await passage.boundingBox())?.y ?? Number.NaN;
  const header = await page.locator("article header").boundingBox();
  expect(top).toBeGreaterThanOrEqual((header?.y ?? Number.NaN) + (header?.height ?? Number.NaN));
  expect(top).toBeLessThan((page.viewportSize()?.height ?? Number.NaN) - 100);
}

const sections = ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel"];

jest.setTimeout(300_000);

describe("a link to a source", () => {
  it("leads through signing in to the cited passage", async () => {
    expect((await upload("press-manual.md", sections)).length).toBeGreaterThan(4);
    const link = await linkTo("press-manual.md", "Golf");
    await visit(link);
    await page.getByText("Sign in to read the source that you opened.").waitFor();
    await expectAccessible(page);
    await signInAs("Malee Thongprasit");

    const passage = page.getByRole("region", { name: "Cited passage" });
    await expectInView(passage);
    expect(page.url()).toBe(`${product.url}${link}`);
    expect(await passage.textContent()).toContain("Golf first.");
    await page.getByRole("heading", { name: "Press manual", level: 1 }).waitFor();
    const header = page.locator("article header");
    await header.getByText("Plant Operations").waitFor();
    await header.getByText("Everyone", { exact: true }).waitFor();
    expect(await page.title()).toBe("Press manual · The Expert");
    await expectAccessible(page);

    const download = page.waitForEvent("download");
    await header.getByRole("link", { name: "Download the original" }).click();
    expect((await download).suggestedFilename()).toBe("press-manual.md");
    await page.reload();
    await expectInView(passage);
  });

  it("says so where the reader may not read it, and where there is nothing", async () => {
    const { id, title } = await documentNamed("salary-bands.md");
    const nothing = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";
    await visit(`/sources/${id}`);
    const notFound = page.getByRole("heading", { name: "Not found, or not yours to read", level: 1 });
    await signInAs("Malee Thongprasit");
    await notFound.waitFor();
    for (const address of [`/sources/${id}`, `/sources/${nothing}?passage=${nothing}`, "/sources/nonsense"]) {
      await page.goto(`${product.url}${address}`);
      await notFound.waitFor();
      await page.getByText(/other people than Malee Thongprasit \(malee@chalompack\.example\)/).waitFor();
      expect(await page.locator("body").textContent()).not.toContain(title);
      await page.getByRole("main").getByRole("link", { name: "Ask a question" }).waitFor();
    }
    await expectAccessible(page);
  });

  it("shows its lead a restricted document, with its label", async () => {
    const { id, title } = await documentNamed("salary-bands.md");
    await visit(`/sources/${id}`);
    await signInAs("Siriporn Kaewmanee");
    await page.getByRole("heading", { name: title, level: 1 }).waitFor();
    await page.locator("article header").getByText("Restricted", { exact: true }).waitFor();
  });

  it("says so where the passage changed since, and shows the document as it is", async () => {
    await upload("valve-manual.md", sections);
    const link = await linkTo("valve-manual.md", "Golf");
    await upload("valve-manual.md", ["India", "Juliett"]);
    await visit(link);
    await signInAs("Malee Thongprasit");
    await page.getByRole("alert").getByText("no longer in this document").waitFor();
    await page.getByText("India first.").waitFor();
    expect(await page.getByTestId("cited-passage").count()).toBe(0);
    await expectAccessible(page);

    const { id } = await documentNamed("valve-manual.md");
    await siriporn.request("DELETE", `/documents/${id}`);
    await page.reload();
    await page.getByRole("heading", { name: "Not found, or not yours to read", level: 1 }).waitFor();
  });

  it("works on a phone, in Thai and in the dark", async () => {
    await upload("press-manual.md", sections);
    await visit(await linkTo("press-manual.md", "Golf"), {
      locale: "th-TH",
      colorScheme: "dark",
      viewport: { width: 360, height: 740 },
      hasTouch: true,
    });
    await page.getByText("เข้าสู่ระบบเพื่ออ่านแหล่งที่มาที่คุณเปิด").waitFor();
    await signInAs("Malee Thongprasit");
    await expectInView(page.getByRole("region", { name: "ข้อความที่อ้างถึง" }));
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  });
});

describe("a link to a conversation", () => {
  it("leads to it by its full name, through signing in", async () => {
    const malee = await signIn(product.url, "malee@chalompack.example");
    const { conversationId } = await malee.ask("What do I do when the VPN shows error 809?");
    await visit(`/conversations/${conversationId}`);
    await signInAs("Malee Thongprasit");
    await page.getByText("Switch to a mobile hotspot").first().waitFor();
    expect(page.url()).toBe(`${product.url}/c/${conversationId}`);
  });
});
