import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { AnswerStep } from "../gpu-server/answer-chat.ts";
import { compiledEntry } from "./compiled-program.ts";
import { freePort } from "./free-port.ts";
import { until } from "./sample-work.ts";

/** How the answer for a pump goes, and how many tokens were given by then. */
export interface ModelTelling {
  readonly pump: string;
  readonly what: AnswerStep;
  readonly given: number;
}

/** So much is under way at the least, and so many words were said since. */
export interface StopAt {
  readonly speaking: number;
  readonly silent: number;
  readonly words: number;
}

export type ModelMessage =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "armed" | "stopped" }
  | ({ readonly kind: "telling" } & ModelTelling);

/** A model server in a process of its own, which answers questions about the pumps of the manual. */
export interface SpeakingModel {
  readonly url: string;
  /** Everything so far, across restarts. */
  readonly told: readonly ModelTelling[];
  /** Answers of which some was given and more is to come, and those before their first token. */
  readonly now: { readonly speaking: number; readonly silent: number };
  /**
   * Has it stand still by itself once so much is under way, until it is told to go on: what is to happen amid answers happens
   * amid them, however slow whoever brings it about is.
   */
  stopAt(at: Partial<StopAt>): Promise<void>;
  /** Once it stands still. */
  stopped(): Promise<void>;
  goOn(): void;
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** Again on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startSpeakingModel(): Promise<SpeakingModel> {
  const told: ModelTelling[] = [];
  const heard = new Set<"armed" | "stopped">();
  let speaking = 0;
  let silent = 0;
  const start = async (port: number): Promise<{ child: ChildProcess; port: number }> => {
    const begun: Record<string, number> = {};
    for (const { pump, what } of told) if (what === "begun") begun[pump] = (begun[pump] ?? 0) + 1;
    const program = await compiledEntry("tests/support/speaking-model.fixture.ts");
    const child = fork(program, [String(port), JSON.stringify(begun)], {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const [ready] = (await once(child, "message")) as [{ port: number }];
    child.on("message", (message: ModelMessage) => {
      if (message.kind === "armed" || message.kind === "stopped") heard.add(message.kind);
      if (message.kind !== "telling") return;
      told.push(message);
      const { what, given } = message;
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
    async stopAt(at) {
      heard.clear();
      server.child.send({ speaking: 0, silent: 0, words: 0, ...at } satisfies StopAt);
      await until("the model will stand still", async () => heard.has("armed"));
    },
    stopped: () => until("the model stands still", async () => heard.has("stopped"), 60_000),
    goOn: () => void server.child.kill("SIGCONT"),
    kill,
    async restart() {
      server = await start(port);
    },
    close: kill,
  };
}
