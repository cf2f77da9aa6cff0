import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { transformFile } from "@swc/core";

import { docxFile } from "./zip-file.ts";

jest.setTimeout(180_000);

// Inside the repository, so that the compiled files find their packages.
const cache = resolve("node_modules/.cache");
let folder = "";
const data = mkdtempSync(join(tmpdir(), "expert-data-"));

const compilation = {
  swcrc: false,
  module: { type: "es6" as const },
  jsc: {
    target: "es2023" as const,
    parser: { syntax: "typescript" as const },
    transform: { verbatimModuleSyntax: true },
    rewriteRelativeImportExtensions: true,
  },
};

beforeAll(async () => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "extraction-"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  for (const area of ["adapters/extraction", "core"]) {
    for (const name of readdirSync(area, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
      const { code } = await transformFile(join(area, name), compilation);
      const output = join(folder, area, name.replace(/\.ts$/, ".js"));
      mkdirSync(dirname(output), { recursive: true });
      writeFileSync(output, code);
    }
  }
});
afterAll(() => {
  for (const each of [folder, data]) rmSync(each, { recursive: true, force: true });
});

it("reads documents in its compiled form, under Node's permission model", async () => {
  writeFileSync(join(folder, "letter.docx"), docxFile("<w:p><w:r><w:t>Seen in Word.</w:t></w:r></w:p>"));
  writeFileSync(
    join(folder, "main.js"),
    `import { readdirSync, readFileSync } from "node:fs";
    import { createTextExtractor } from "./adapters/extraction/text-extractor.js";
    const extractor = createTextExtractor({ timeoutMs: 90_000 });
    const word = await extractor.extract({ name: "letter.docx", content: readFileSync("letter.docx") });
    const page = await extractor.extract({ name: "a.html", content: Buffer.from("<html><p>Seen in HTML.") });
    const commands = readdirSync("/proc").filter((entry) => /^\\d+$/.test(entry)).map((entry) => {
      try { return readFileSync("/proc/" + entry + "/cmdline", "utf8"); } catch { return ""; }
    });
    const child = commands.find((command) => command.includes(${JSON.stringify(folder)}) && command.includes("child-main.js"));
    await extractor.close();
    console.log(JSON.stringify({ texts: [...word.blocks, ...page.blocks].map((block) => block.text), child }));`,
  );
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["main.js"], {
    cwd: folder,
    timeout: 100_000,
  });
  const { texts, child } = JSON.parse(stdout) as { texts: readonly string[]; child: string };
  expect(texts).toEqual(["Seen in Word.", "Seen in HTML."]);
  expect(child).toMatch(/--(?:experimental-)?permission\0/);
  expect(child).not.toContain("--allow-fs-write");
  const secret = join(data, "session-secret");
  writeFileSync(secret, "not for parsers");
  const flags = child
    .split("\0")
    .filter((flag) => /^--(?:allow-fs-read|(?:experimental-)?permission)/.test(flag));
  const read = (file: string) =>
    promisify(execFile)(process.execPath, [
      ...flags,
      "-p",
      `try { require("fs").readFileSync(${JSON.stringify(file)}, "utf8").length } catch (error) { error.code }`,
    ]);
  expect((await read(secret)).stdout.trim()).toBe("ERR_ACCESS_DENIED");
  expect((await read(resolve(".env.example"))).stdout.trim()).toBe("ERR_ACCESS_DENIED");
  expect(Number((await read(join(folder, "core/errors.js"))).stdout)).toBeGreaterThan(100);
  expect(stderr).toBe("");
});
