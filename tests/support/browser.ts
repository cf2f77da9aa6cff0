import chromium from "@sparticuz/chromium";
import { type Browser, chromium as driver } from "playwright-core";

/** The Chromium that npm brings; nothing has to be installed for it. */
export async function startBrowser(): Promise<Browser> {
  // Not the package's own arguments: its single process goes down with the first page that is closed.
  return await driver.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    headless: true,
  });
}
