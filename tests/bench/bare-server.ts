import { spawn } from "node:child_process";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startEmbeddedPostgres } from "../../adapters/embedded-postgres/start.ts";
import { silentLogger } from "../../core/logger.ts";
import { createAgent } from "./api-client.ts";
import { withTemporaryFolder } from "./product-process.ts";

export interface BareServer {
  readonly pid: number;
  /** Sends one question; resolves with the moment (`performance.now()`) of the whole answer. */
  ask(question: string): Promise<number>;
}

/** Runs `work` against the bare server, in a process of its own, on a database of the product's settings. */
export async function withBareServer<T>(work: (server: BareServer) => Promise<T>): Promise<T> {
  return await withTemporaryFolder(async (folder) => {
    const postgres = await startEmbeddedPostgres({ folder: `${folder}/data`, port: 0, logger: silentLogger });
    const program = fileURLToPath(new URL("bare-server.fixture.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", program, postgres.superuserUrl], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const ended = once(child, "exit").then(() => Promise.reject(new Error("the bare server ended")));
      ended.catch(() => undefined);
      const [url] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [
        string,
      ];
      const agent = createAgent();
      return await work({ pid: child.pid ?? 0, ask: (question) => post(url, agent, question) });
    } finally {
      child.kill("SIGTERM");
      await postgres.stop();
    }
  });
}

function post(url: string, agent: ReturnType<typeof createAgent>, question: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ question });
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = httpRequest(url, { method: "POST", agent, headers }, (response) => {
      text(response).then((answer) => {
        if (response.statusCode === 200) resolve(performance.now());
        else reject(new Error(answer));
      }, reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
