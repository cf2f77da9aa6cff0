import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { AnswerStep } from "../gpu-server/answer-chat.ts";
import { freePort } from "./free-port.ts";

/** How the answer for a pump goes, and how many tokens were given by then. */
export interface ModelTelling {
  readonly pump: string;
  readonly what: AnswerStep;
  readonly given: number;
}

/** A model server in a process of its own, which answers questions about the pumps of the manual. */
export interface SpeakingModel {
  readonly url: string;
  /** Everything so far, across restarts. */
  readonly told: readonly ModelTelling[];
  /** Answers of which some was given and more is to come, and those before their first token. */
  readonly now: { readonly speaking: number; readonly silent: number };
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** Again on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL("speaking-model.fixture.ts", import.meta.url));

export async function startSpeakingModel(): Promise<SpeakingModel> {
  const told: ModelTelling[] = [];
  let speaking = 0;
  let silent = 0;
  const start = async (port: number): Promise<{ child: ChildProcess; port: number }> => {
    const begun: Record<string, number> = {};
    for (const { pump, what } of told) if (what === "begun") begun[pump] = (begun[pump] ?? 0) + 1;
    const child = fork(program, [String(port), JSON.stringify(begun)], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const [ready] = (await once(child, "message")) as [{ port: number }];
    child.on("message", (telling: ModelTelling) => {
      told.push(telling);
      const { what, given } = telling;
      if (what === "begun") silent += 1;
      else if (what === "first") [silent, speaking] = [silent - 1, speaking + 1];
      else if (given === 0) silent -= 1;
      else speaking -= 1;
    });
    return { child, port: ready.port };
  };
  // Free still at the next start.
  let server = await start(await freePort());
  const { port } = server;
  const kill = async (): Promise<void> => {
    const exited = once(server.child, "exit");
    server.child.kill("SIGKILL");
    await exited;
    [speaking, silent] = [0, 0];
  };
  return {
    url: `http://127.0.0.1:${String(port)}/v1`,
    told,
    get now() {
      return { speaking, silent };
    },
    kill,
    async restart() {
      server = await start(port);
    },
    close: kill,
  };
}
