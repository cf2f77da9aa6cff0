import { fork } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";

import { createTextExtractor, type TextExtractorOptions } from "../../adapters/extraction/text-extractor.ts";
import { isExpertError } from "../../core/errors.ts";
import type { TextExtractor } from "../../core/knowledge/text-extractor.ts";
import { amplyMs } from "../support/time-limits.ts";
import { becomes, childrenOf, isRunning } from "./child-processes.ts";

jest.setTimeout(180_000);

const entry = new URL("./unruly-child.ts", import.meta.url);
const content = new TextEncoder().encode("x");

describe("an extraction process that misbehaves", () => {
  const open: TextExtractor[] = [];
  const make = (options: TextExtractorOptions): TextExtractor => {
    const extractor = createTextExtractor({ entry, timeoutMs: amplyMs, ...options });
    open.push(extractor);
    return extractor;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((extractor) => extractor.close()));
  });

  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    return isExpertError(error) ? error.code : String(error);
  };
  const pidOf = async (extractor: TextExtractor): Promise<string | null> =>
    (await extractor.extract({ name: "answer", content })).title;

  /** Also where the machine stands still for longer than the limit. */
  const pidInTime = async (extractor: TextExtractor): Promise<string | null> => {
    for (const end = Date.now() + 60_000; ;)
      try {
        return await pidOf(extractor);
      } catch (error) {
        if (Date.now() > end) throw error;
      }
  };

  it("is killed at the time limit, and the next file is read", async () => {
    const extractor = make({ timeoutMs: 400 });
    const first = await pidInTime(extractor);
    const started = performance.now();
    expect(await codeOf(extractor.extract({ name: "hang", content }))).toBe("document_too_complex");
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(isRunning(Number(first))).toBe(false);
    expect(await pidInTime(extractor)).not.toBe(first);
  });

  it.each(["grow outside the heap", "grow in the heap"])("is killed when it would %s", async (name) => {
    const extractor = make({ memoryLimitMb: 256 });
    expect(await codeOf(extractor.extract({ name, content }))).toBe("document_too_complex");
    expect(await pidOf(extractor)).toMatch(/^\d+$/);
  });

  it("takes down its own file only when it crashes", async () => {
    const extractor = make({});
    const crash = extractor.extract({ name: "exit", content });
    const next = pidOf(extractor);
    expect(await codeOf(crash)).toBe("document_corrupt");
    expect(await next).toMatch(/^\d+$/);
  });

  it("serves many files", async () => {
    const extractor = make({});
    expect(await pidOf(extractor)).toBe(await pidOf(extractor));
  });

  it("leaves no process behind when closed while it hangs", async () => {
    const extractor = make({});
    const pid = Number(await pidOf(extractor));
    const hanging = codeOf(extractor.extract({ name: "hang", content }));
    await extractor.close();
    expect(await hanging).toBe("cancelled");
    expect(isRunning(pid)).toBe(false);
    expect(childrenOf(process.pid)).not.toContain(pid);
  });

  it("ends with its parent, even while it hangs", async () => {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    const owner = fork(fileURLToPath(new URL("./extractor-owner.ts", import.meta.url)), [], {
      execArgv: ["--import", tsx],
      env: {},
    });
    const pid = await new Promise<number>((resolve) =>
      owner.once("message", (message) => resolve(Number(message))),
    );
    // Time for the second file to reach the child, which then never comes back to its event loop.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isRunning(pid)).toBe(true);
    owner.kill("SIGKILL");
    expect(await becomes(() => !isRunning(pid), 40_000)).toBe(true);
  });
});

describe("what an extraction process may do", () => {
  let server: Server;
  let requests = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      requests += 1;
      response.end("here");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it("reaches no network, starts nothing, writes nothing, runs no text as code and knows no environment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "extraction-"));
    const before = process.cwd();
    process.chdir(folder);
    const extractor = createTextExtractor({ entry, timeoutMs: amplyMs });
    try {
      const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const { blocks } = await extractor.extract({ name: "try", content: new TextEncoder().encode(target) });
      const lines = blocks.map((block) => ("text" in block ? block.text : ""));
      expect(lines.filter((line) => !line.endsWith(": refused"))).toEqual(["environment: 0"]);
      expect(lines.length).toBeGreaterThan(10);
      expect(requests).toBe(0);
      expect(readdirSync(folder)).toEqual([]);
      expect(existsSync(join(before, "written"))).toBe(false);
    } finally {
      await extractor.close();
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  });
});
