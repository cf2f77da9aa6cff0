import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startEmbeddedPostgres } from "../../adapters/embedded-postgres/start.ts";
import type { SignInOptions } from "../../bots/http/contract/identity.ts";
import { silentLogger } from "../../core/logger.ts";
import { ask, createAgent, signIn } from "./api-client.ts";
import type { BenchOptions, BenchOutcome } from "./bench.ts";
import { median, rounded } from "./percentiles.ts";
import { buildProduct, repository, startProduct, withTemporaryFolder } from "./product-process.ts";

const defaultRuns = 3;
const barsSeconds = { first: 10, again: 4 } as const;
const answerLimitMs = 60_000;
const askAgainAfterMs = 50;
/** Of the demo company's own examples (deploy/demo-company/company.yaml). */
const question = "What do I do when the VPN shows error 809?";

const commands = {
  npmStart: ["npm", "start"],
  node: [process.execPath, "dist/main.js"],
} as const satisfies Record<string, readonly [string, ...string[]]>;

/** From spawning the command to the first quoted answer over HTTP: in an empty data folder, then in the same again. */
export async function benchStart(options: BenchOptions): Promise<BenchOutcome> {
  await buildProduct();
  const runs = options.runs ?? defaultRuns;
  const seconds: Record<string, number[]> = {};
  const note = (name: string, value: number): void => {
    (seconds[name] ??= []).push(value);
    options.say(`${name} ${value.toFixed(2)}`);
  };
  for (let run = 1; run <= runs; run += 1) {
    options.say(`run ${run} of ${runs}`);
    await withTemporaryFolder((folder) => timeBaseline(join(folder, "data"), note));
    for (const [name, command] of Object.entries(commands)) {
      await withTemporaryFolder(async (folder) => {
        for (const time of ["First", "Again"]) {
          const { ready, answered } = await timeStart(join(folder, "data"), command);
          note(`${name}${time}ReadySeconds`, ready);
          note(`${name}${time}AnswerSeconds`, answered);
        }
      });
    }
  }
  const figures = Object.fromEntries(
    Object.entries(seconds).map(([name, values]) => [name, rounded(median(values), 2)]),
  );
  const figure = (name: string): number => figures[name] ?? Number.NaN;
  return {
    figures: { runs, ...figures },
    ratios: {
      nodeFirstOverBaseline: rounded(figure("nodeFirstAnswerSeconds") / figure("baselineFirstSeconds"), 2),
      nodeAgainOverBaseline: rounded(figure("nodeAgainAnswerSeconds") / figure("baselineAgainSeconds"), 2),
    },
    held: {
      [`npm start answers within ${barsSeconds.first} s in an empty folder`]:
        figure("npmStartFirstAnswerSeconds") <= barsSeconds.first,
      [`npm start answers within ${barsSeconds.again} s in the same folder again`]:
        figure("npmStartAgainAnswerSeconds") <= barsSeconds.again,
    },
  };
}

/** Node that does nothing, and the database alone: what no start of this kind can go below. */
async function timeBaseline(
  dataFolder: string,
  note: (name: string, seconds: number) => void,
): Promise<void> {
  for (const time of ["First", "Again"]) {
    const begin = performance.now();
    await promisify(execFile)(process.execPath, ["-e", "0"], { cwd: repository });
    const postgres = await startEmbeddedPostgres({ folder: dataFolder, port: 0, logger: silentLogger });
    note(`baseline${time}Seconds`, (performance.now() - begin) / 1_000);
    await postgres.stop();
  }
}

async function timeStart(
  dataFolder: string,
  command: readonly [string, ...string[]],
): Promise<{ ready: number; answered: number }> {
  const product = await startProduct({ dataFolder, command });
  const agent = createAgent();
  try {
    const ready = (performance.now() - product.spawnedAt) / 1_000;
    const options = (await (await fetch(`${product.url}/v1/sign-in-options`)).json()) as SignInOptions;
    const session = await signIn(product.url, options.localAccounts[0]?.email ?? "", agent);
    const limit = product.spawnedAt + answerLimitMs;
    for (;;) {
      const reply = await ask(session, { question, departmentId: null, eventId: randomUUID() });
      if (reply.kind === "answer") return { ready, answered: (reply.repliedAt - product.spawnedAt) / 1_000 };
      // At first the demo company's pages are still being read: “nothing found” is a reply, and not yet the answer.
      if (performance.now() > limit) throw new Error(`no answer within ${answerLimitMs / 1_000} s`);
      await sleep(askAgainAfterMs);
    }
  } finally {
    agent.destroy();
    await product.stop();
  }
}
