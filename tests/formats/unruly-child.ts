import { writeFileSync, promises as files, openSync, createWriteStream } from "node:fs";
import { spawn } from "node:child_process";
import { lookup } from "node:dns";
import { get } from "node:http";
import { connect } from "node:net";
import { Worker } from "node:worker_threads";

import { dieWithParent, lockDown } from "../../adapters/extraction/child-lockdown.ts";

// An extraction process whose parser misbehaves as the file's name says: what createTextExtractor has to survive.
process.on("disconnect", () => process.exit(0));
dieWithParent(Number(process.argv[2]));
lockDown();

const attempts: Readonly<Record<string, (target: string) => unknown>> = {
  fetch: (target) => fetch(target),
  "http.get": (target) => get(target),
  "net.connect": (target) => connect(Number(new URL(target).port), "127.0.0.1"),
  "dns.lookup": () => lookup("localhost", () => undefined),
  spawn: () => spawn("true"),
  worker: () => new Worker("", { eval: true }),
  writeFileSync: (_target) => {
    writeFileSync("written", "x");
  },
  "promises.writeFile": () => files.writeFile("written", "x"),
  "open for writing": () => openSync("written", "w"),
  createWriteStream: () => createWriteStream("written"),
  "promises.open": () => files.open("written", "w"),
  eval: (): unknown => (0, eval)("1"),
  "new Function": (): unknown => Reflect.construct(Function, ["return 1"]),
  kill: () => process.kill(process.pid, 0),
};

async function outcomes(target: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt(target);
      lines.push(`${name}: done`);
    } catch {
      lines.push(`${name}: refused`);
    }
  }
  return [...lines, `environment: ${Object.keys(process.env).length}`];
}

const kept: unknown[] = [];

process.on(
  "message",
  (request: { readonly id: number; readonly name: string; readonly content: Uint8Array }) => {
    if (request.name === "hang") for (;;);
    if (request.name === "crash") process.abort();
    if (request.name === "exit") process.exit(7);
    if (request.name === "grow outside the heap") for (;;) kept.push(Buffer.alloc(20_000_000, 1));
    if (request.name === "grow in the heap")
      for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => ({ index })));
    void outcomes(Buffer.from(request.content).toString()).then((lines) => {
      const blocks = lines.map((text) => ({ kind: "paragraph", text, page: null }));
      process.send?.({
        kind: "extracted",
        id: request.id,
        extracted: { title: String(process.pid), blocks, warnings: [] },
      });
    });
  },
);
process.send?.({ kind: "ready" });
