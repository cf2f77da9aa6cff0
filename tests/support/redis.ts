import { spawn, spawnSync } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { removeFolder } from "./remove-folder.ts";
import { until } from "./sample-work.ts";

export interface TestRedis {
  readonly url: string;
  /** As a crash would: without warning. */
  kill(): Promise<void>;
  readonly port: number;
  /** Again on the same port; empty unless it keeps its data, or where it is to be. */
  restart(options?: { readonly empty: boolean }): Promise<void>;
  /** It takes what is sent, and answers nothing, until it is thawed. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Whether this machine has a `redis-server`. */
export const hasRedis = (): boolean => spawnSync("redis-server", ["--version"]).status === 0;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

export interface TestRedisOptions {
  /** Each change outlives a process that is killed; false unless told. */
  readonly keepsData?: boolean;
}

/** A Redis of its own on a free port of the loopback interface. */
export async function startRedis({ keepsData = false }: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), "expert-redis-"));
  const port = await freePort();
  const start = async () => {
    const child = spawn(
      "redis-server",
      [
        ...["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        // Written before each reply, which a killed process's data survives; a loaded disk is not waited for.
        ...["--appendonly", keepsData ? "yes" : "no", "--appendfsync", "no"],
      ],
      { stdio: "ignore" },
    );
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    await until("redis-server starts", async () => {
      if (child.exitCode !== null) throw new Error("redis-server did not start.");
      return await answers(port);
    });
    return { child, ended };
  };
  let server = await start();
  const kill = async () => {
    server.child.kill("SIGKILL");
    await server.ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    async restart({ empty } = { empty: false }) {
      if (empty) await removeFolder(join(folder, "appendonlydir"));
      server = await start();
    },
    freeze: () => void server.child.kill("SIGSTOP"),
    thaw: () => void server.child.kill("SIGCONT"),
    async close() {
      await kill();
      await removeFolder(folder);
    },
  };
}
