import { spawnSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { createLogger, type LoggerOptions } from "./logger.ts";

function logged(work: (logger: Logger) => void, options: Partial<LoggerOptions> = {}): string {
  let lines = "";
  work(createLogger({ level: "debug", pretty: false, write: (line) => void (lines += line), ...options }));
  return lines;
}
const facts = (given: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(logged((logger) => logger.info("m", given))) as Record<string, unknown>;

describe("the logger", () => {
  it("writes one JSON object per line with level, time, message and facts", () => {
    const line = JSON.parse(logged((logger) => logger.warn("It happened", { turn: "t", ms: 12 }))) as unknown;
    expect(line).toEqual({
      level: "warn",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg: "It happened",
      turn: "t",
      ms: 12,
    });
  });

  it("leaves out what is below its level", () => {
    const lines = logged(
      (logger) => {
        logger.debug("a");
        logger.info("b");
        logger.error("c");
      },
      { level: "warn" },
    );
    expect(lines.trim().split("\n")).toHaveLength(1);
    expect(logged((logger) => logger.error("c"), { level: "silent" })).toBe("");
  });

  it("leaves out what a database's error tells of the row", () => {
    const fault = Object.assign(new Error("duplicate key value violates unique constraint"), {
      code: "23505",
      detail: "Key (email)=(somchai@example.com) already exists.",
      where: 'COPY users, line 1: "somchai"',
    });
    const told = JSON.stringify(facts({ error: fault, cause: new Error("x", { cause: fault }) }));
    expect(told).toContain("23505");
    expect(told).not.toContain("somchai");
    expect(facts({ detail: "kept" })).toMatchObject({ detail: "kept" });
  });

  it("leaves out what an error of Redis tells of the command: a prompt may be among its arguments", () => {
    const fault = Object.assign(new Error("OOM command not allowed when used memory > 'maxmemory'."), {
      command: { name: "evalsha", args: ["0a4d", "1", "key", '{"messages":[{"content":"somchai asks"}]}'] },
    });
    const told = JSON.stringify(facts({ error: fault, cause: new Error("x", { cause: fault }) }));
    expect(told).toContain("OOM command not allowed");
    expect(told).not.toContain("somchai");
    expect(facts({ command: "kept" })).toMatchObject({ command: "kept" });
  });

  it.each([
    "password",
    "dbPassword",
    "token",
    "accessToken",
    "refresh_token",
    "SLACK_SIGNING_SECRET",
    "authorization",
    "Cookie",
    "set-cookie",
    "apiKey",
    "MODEL_API_KEY",
    "x-api-key",
    "privateKey",
    "credentials",
    "sessionId",
  ])("hides %s, wherever it stands", (name) => {
    const line = logged((logger) =>
      logger.info("m", {
        [name]: "s3cret-value",
        deep: [{ headers: { [name]: { value: "s3cret-value" } } }],
      }),
    );
    expect(line).not.toContain("s3cret-value");
    expect(line).toContain(name);
  });

  it("shows what only sounds secret", () => {
    const counts = { promptTokens: 5, completionTokens: 7, maxTokens: 9, firstTokenMs: 3, tokenized: true };
    expect(facts(counts)).toMatchObject(counts);
    expect(facts({ password: null, hasPassword: true })).toMatchObject({ password: null, hasPassword: true });
  });

  it("hides credentials in addresses and headers inside texts, messages and errors", () => {
    const line = logged((logger) =>
      logger.error("Cannot reach postgres://app:hunter2@db:5432/expert", {
        url: "redis://:hun@hunter2@cache:6379/0",
        header: "Bearer hunter2hunter2",
        error: new ExpertError("database_unavailable", "at https://user:hunter2@host/path", {
          cause: new Error("postgres://app:hunter2@db/expert"),
        }),
      }),
    );
    expect(line).not.toContain("hunter2");
    expect(line).toContain("@db:5432/expert");
    expect(line).toContain("database_unavailable");
  });

  it("survives loops, deep values, long texts, bytes and names of its own", () => {
    const loop: Record<string, unknown> = { level: "mine", msg: "mine", big: 10n, bytes: new Uint8Array(9) };
    loop["self"] = loop;
    loop["long"] = "x".repeat(100_000);
    const line = logged((logger) => logger.info("m", loop));
    expect(line.length).toBeLessThan(20_000);
    expect(JSON.parse(line)).toMatchObject({ level: "info", msg: "m", level_: "mine", bytes: "[9 bytes]" });
  });

  it("writes readable lines for a terminal", () => {
    const line = logged((logger) => logger.info("Ready", { url: "http://127.0.0.1:3000", after: "1 s" }), {
      pretty: true,
    });
    expect(line).toMatch(/^\d\d:\d\d:\d\d INFO {2}Ready {2}url=http:\/\/127\.0\.0\.1:3000 after="1 s"\n$/);
  });

  it("writes to standard error, so that standard output is a command's own", () => {
    const script = `import { createLogger } from "./adapters/logging/logger.ts";
      createLogger({ level: "info", pretty: false }).info("to stderr"); process.exit(0);`;
    const run = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain('"msg":"to stderr"');
  });
});
