import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { removeFolder } from "../support/remove-folder.ts";
import { until } from "../support/sample-work.ts";

const onProc = process.platform === "linux" ? describe : describe.skip;

/** Processes whose command line names the folder. */
function processesOf(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
        return (
          environment.includes(folder) || readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(folder)
        );
      } catch {
        return false;
      }
    });
}

onProc("npm start", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "expert-npm-start-"));
  });
  afterAll(() => removeFolder(folder));
  const start = (port: number) => {
    const child = spawn("npm", ["start", "--silent"], {
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        PORT: String(port),
        DATA_DIR: join(folder, "data"),
        DEMO_COMPANY: "false",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    return { child, output: () => output };
  };

  it("leaves no process behind where npm alone is told to end", async () => {
    const { child, output } = start(0);
    await until(
      "the product starts",
      async () => output().includes("Open http") || child.exitCode !== null,
      150_000,
    );
    expect(output()).toContain("Open http");
    expect(processesOf(folder).length).toBeGreaterThan(1);
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
    await until("every process is gone", async () => processesOf(folder).length === 0, 60_000);
  }, 300_000);

  it("says that its port is taken before it starts anything", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { child, output } = start((other.address() as AddressInfo).port);
    await once(child, "close");
    expect(child.exitCode).toBe(1);
    expect(output()).toContain("is taken by another program");
    expect(output()).not.toContain("starting the embedded PostgreSQL");
    other.close();
  }, 180_000);
});
