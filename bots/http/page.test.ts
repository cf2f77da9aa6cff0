import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { httpBench, type HttpBench } from "../../tests/support/http-bench.ts";
import type { ApiError } from "./contract/error.ts";

describe("the built page", () => {
  let bench: HttpBench;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "expert-page-"));
    await mkdir(join(folder, "assets"));
    await writeFile(join(folder, "index.html"), "<title>The page</title>");
    await writeFile(join(folder, "assets", "page-1a2b.js"), "export {};");
    bench = await httpBench({ pageFolder: folder });
  });
  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${bench.url}${path}`, { headers });

  it("is every place inside it, and is asked for again each time", async () => {
    for (const path of ["/", "/documents", "/c/1"]) {
      const response = await get(path);
      expect(await response.text()).toContain("The page");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    }
  });

  it("keeps its files for ever", async () => {
    const response = await get("/assets/page-1a2b.js");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toContain("immutable");
  });

  it.each([
    ["a file that is gone", "/assets/page-old.js", {}, 404, "not_found"],
    ["a way out of the folder", "/assets/..%2f..%2fetc%2fpasswd", {}, 400, "invalid_input"],
    ["half a character", "/assets/%E0%A4%A", {}, 400, "invalid_input"],
    ["a part that is not there", "/assets/page-1a2b.js", { range: "bytes=900-901" }, 400, "invalid_input"],
  ] as const)("answers %s clearly, with no error in the log", async (_what, path, headers, status, code) => {
    const response = await get(path, headers);
    const { error } = (await response.json()) as { error: ApiError };
    expect({ status: response.status, code: error.code }).toEqual({ status, code });
    expect(error.remedy).toEqual(expect.any(String));
    expect(bench.logged.filter(({ level }) => level === "error")).toEqual([]);
  });
});
