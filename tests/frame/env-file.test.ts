import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";

describe("the file .env", () => {
  const before = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "expert-config-"));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  it("may be absent", () => {
    expect(readConfig()).toMatchObject({ UPLOAD_LIMIT_MB: 25 });
  });

  it("sets what the environment does not", () => {
    writeFileSync(".env", "UPLOAD_LIMIT_MB=3\n");
    expect(readConfig()).toMatchObject({ UPLOAD_LIMIT_MB: 3 });
  });

  it("is not passed over where it is there and cannot be read", () => {
    mkdirSync(".env");
    expect(() => readConfig()).toThrow(/\.env cannot be read/);
  });
});
