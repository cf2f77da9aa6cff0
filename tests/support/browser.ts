import { createReadStream, createWriteStream, existsSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { randomUUID } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { type Browser, chromium as driver } from "playwright-core";

const require = createRequire(import.meta.url);
/** Longest wait of a test for one change of a page, in milliseconds: some show within a minute what they have missed. */
export const patienceMs = 90_000;
/** Only against a browser that hangs. */
const startLimitMs = 120_000;

/** The Chromium that npm brings; nothing has to be installed for it. */
export async function startBrowser(): Promise<Browser> {
  // Not the package's own arguments: its single process goes down with the first page that is closed.
  return await driver.launch({
    executablePath: await unpackedChromium(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    headless: true,
    timeout: startLimitMs,
  });
}

/**
 * Unpacked once for all test files, under a name that it has only when it is whole: the package's own way lets a file
 * start the program while another still writes it.
 */
async function unpackedChromium(): Promise<string> {
  const packed = dirname(dirname(dirname(require.resolve("@sparticuz/chromium"))));
  const { version } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as { version: string };
  const program = join(tmpdir(), `expert-chromium-${version}-of-${String(userInfo().uid)}`);
  if (existsSync(program)) return program;
  const draft = `${program}-${randomUUID()}`;
  try {
    await pipeline(
      createReadStream(join(packed, "bin/chromium.br")),
      createBrotliDecompress({ chunkSize: 2 ** 21 }),
      createWriteStream(draft, { mode: 0o700 }),
    );
    await rename(draft, program);
  } finally {
    await rm(draft, { force: true });
  }
  return program;
}
