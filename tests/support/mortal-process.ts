import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { compiledEntry } from "./compiled-program.ts";
import { until } from "./sample-work.ts";
import { amplyMs } from "./time-limits.ts";

export type MortalMessage =
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "hung"; readonly step: string; readonly subject: string };

export interface MortalProcess {
  readonly url: string;
  /** Waits until something stands still after each of these; two things after a step that is named twice. */
  waitForHung(steps: readonly string[], limitMs?: number): Promise<void>;
  /** SIGKILL: no handler runs, nothing is written. */
  kill(): Promise<void>;
  /** As Ctrl+C; what does not end of itself within ten seconds, as where something stands still, is killed. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Starts tests/support/mortal-product.ts; `hang` lets it stand still where events and files ask for it. */
export async function startMortal(
  mode: "hang" | "run",
  settings: Readonly<Record<string, string>>,
): Promise<MortalProcess> {
  const child = fork(await compiledEntry("tests/support/mortal-product.ts"), [mode], {
    cwd: root,
    execArgv: [],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      LOG_LEVEL: "error",
      MODEL_FIRST_TOKEN_TIMEOUT_MS: String(amplyMs),
      MODEL_BETWEEN_TOKENS_TIMEOUT_MS: String(amplyMs),
      MODEL_WAIT_LIMIT_MS: String(amplyMs),
      WEBHOOK_ALLOW_PRIVATE: "127.0.0.1",
      ...settings,
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const hung = new Map<string, Set<string>>();
  const url = await new Promise<string>((resolve, reject) => {
    child.on("message", (message: MortalMessage) => {
      if (message.kind === "ready") resolve(message.url);
      else hung.set(message.step, (hung.get(message.step) ?? new Set()).add(message.subject));
    });
    child.once("exit", (code) => {
      reject(new Error(`the product ended with ${String(code)} before it was ready`));
    });
  });
  // A suite that failed before it could kill it ends all the same, and the product with it.
  child.unref();
  child.channel?.unref();
  return {
    url,
    async waitForHung(steps, limitMs = 60_000) {
      const missing = () => {
        const left = new Map([...hung].map(([step, subjects]) => [step, subjects.size]));
        return steps.filter((step) => {
          const count = left.get(step) ?? 0;
          left.set(step, count - 1);
          return count < 1;
        });
      };
      await until("all stand still", async () => missing().length === 0, limitMs).catch((error: unknown) => {
        throw new Error(`not reached: ${missing().join(", ")}`, { cause: error });
      });
    },
    kill: () => end(child, "SIGKILL"),
    stop: () => end(child, "SIGTERM"),
  };
}

const longestEndMs = 10_000;

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), longestEndMs);
  await exited;
  clearTimeout(timer);
}
