import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A program of a bench in a process of its own, which is told what to do and answers one order after the other. */
export interface FixtureProcess {
  readonly pid: number;
  /** Rejects where the process ends instead of answering. */
  ask<Answer>(order: object): Promise<Answer>;
}

/**
 * Runs `work` beside a fixture of this folder, and ends the fixture afterwards. It prints nothing: it answers each
 * message of `process.on("message")` by one `process.send`.
 */
export async function withFixture<T>(
  file: string,
  work: (fixture: FixtureProcess) => Promise<T>,
): Promise<T> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(program, {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(() =>
    Promise.reject(new Error(`${file} ended before its work was done`)),
  );
  ended.catch(() => undefined);
  try {
    return await work({
      pid: child.pid ?? 0,
      ask: <Answer>(order: object) => Promise.race([answerOf<Answer>(child, order), ended]),
    });
  } finally {
    child.kill("SIGKILL");
  }
}

async function answerOf<Answer>(child: ChildProcess, order: object): Promise<Answer> {
  const answered = once(child, "message");
  child.send(order);
  const [answer] = (await answered) as [Answer];
  return answer;
}
