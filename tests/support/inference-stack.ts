import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { type ApiClient, signIn } from "./api-client.ts";
import { freePort } from "./free-port.ts";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres.ts";
import { type Product, startProduct } from "./product.ts";
import { pumpManual } from "./pump-manual.ts";
import { startRedis, type TestRedis } from "./redis.ts";
import { departmentOf } from "./sample-work.ts";
import { smallCompany } from "./small-company.ts";
import { type SpeakingModel, startSpeakingModel } from "./speaking-model.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
import { removeFolder } from "./remove-folder.ts";

type Part = "bots" | "workers" | "inference";

/** The services way, each part a process of its own: bots, workers and inference workers over PostgreSQL, Redis and a model server. */
export interface InferenceStack {
  readonly postgres: OwnPostgres;
  readonly redis: TestRedis;
  readonly model: SpeakingModel;
  /** Between the workers, or the inference workers, and Redis. */
  readonly networks: { readonly workers: TcpProxy; readonly inference: TcpProxy };
  /** People who may ask. */
  readonly people: readonly ApiClient[];
  /** The page's address, the same after a restart. */
  readonly url: string;
  open(part: Part): Promise<Product>;
  /** What the processes have logged, for whoever reads why a test failed. */
  readonly log: () => string;
  /** Aborted once it is closed. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
}

export interface InferenceStackOptions {
  readonly inferenceWorkers: number;
}

export interface OpenedStack extends InferenceStack {
  readonly bots: Product;
  readonly workers: Product;
  readonly inference: readonly Product[];
}

export async function startInferenceStack({ inferenceWorkers }: InferenceStackOptions): Promise<OpenedStack> {
  const closing = new AbortController();
  let log = "";
  const closers: Closer[] = [];
  const close = (): Promise<void> => {
    closing.abort();
    return closeInOrder(closers);
  };
  const opened = <T>(part: T, close: Closer): T => {
    closers.push(close);
    return part;
  };
  const folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), "expert-faults-"));
    return opened(path, () => removeFolder(path));
  };
  try {
    const [postgres, redis, model, port] = await Promise.all([
      startOwnPostgres().then((each) => opened(each, () => each.close())),
      startRedis({ keepsData: true }).then((each) => opened(each, () => each.close())),
      startSpeakingModel().then((each) => opened(each, () => each.close())),
      freePort(),
    ]);
    const network = async () => {
      const each = await startTcpProxy(redis.port);
      return opened(each, () => each.close());
    };
    const networks = { workers: await network(), inference: await network() };
    const company = await provisionCompany(postgres.database.ownerUrl, smallCompany("faults"), {
      localAccounts: true,
    });
    const shared = await folder();
    const through = (proxy: TcpProxy): string => `redis://127.0.0.1:${String(proxy.port)}`;
    const asking = {
      DATABASE_URL: postgres.database.appUrl,
      // They ask no server themselves: this address answers nobody.
      MODEL_BASE_URL: "http://127.0.0.1:9/v1",
      ANSWER_CACHE_MINUTES: "0",
      TURN_CONCURRENCY: "64",
      SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    };
    const environments = {
      bots: { ...asking, REDIS_URL: redis.url, PORT: String(port) },
      workers: { ...asking, REDIS_URL: through(networks.workers) },
      inference: {
        REDIS_URL: through(networks.inference),
        MODEL_BASE_URL: model.url,
        // Twice what the server works on at once: of what is asked, some waits there, and some in line.
        MODEL_CONCURRENCY: "12",
        // It stands still for as long as a fault is brought about.
        MODEL_FIRST_TOKEN_TIMEOUT_MS: "300000",
        MODEL_BETWEEN_TOKENS_TIMEOUT_MS: "300000",
      },
    };
    const open = async (part: Part): Promise<Product> => {
      const product = await startProduct({
        dataFolder: part === "inference" ? await folder() : shared,
        environment: { ROLE: part, MODEL_NAME: "simulated", LOG_LEVEL: "info", ...environments[part] },
        onOutput: (text) => {
          log += text.replaceAll(/^(?=.)/gm, `${part}: `);
        },
      });
      return opened(product, () => product.stop({ keepData: true }));
    };
    const [bots, workers, ...inference] = await Promise.all([
      open("bots"),
      open("workers"),
      ...Array.from({ length: inferenceWorkers }, () => open("inference")),
    ]);
    const people = await Promise.all(
      ["ada", "sam", "vic"].map((name) => signIn(bots.url, `${name}@faults.example`)),
    );
    await people[0]?.upload("pumps.md", pumpManual(), departmentOf(company, "operations"));
    return {
      ...{ postgres, redis, model, networks, people, open, bots, workers, inference },
      url: bots.url,
      log: () => log,
      ...{ close, closing: closing.signal },
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw new Error(`The processes did not start:\n${log.slice(-6_000)}`, { cause: error });
  }
}
