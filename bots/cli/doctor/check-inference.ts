import type { Config } from "../../../adapters/config.ts";
import { type InferenceTier, inferenceTiers } from "../../../core/inference/jobs/inference-job.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";

const tierCheck = (tier: InferenceTier): Check => ({
  name: `inference ${tier}`,
  settings: ["REDIS_URL", "MODELS_FILE", "MODEL_BASE_URL"],
  after: "queue",
  async run({ config, diagnosis }) {
    const { workers, waiting } = await diagnosis.inferenceTier(tier);
    return findingOf(config.ROLE, tier, workers, waiting);
  },
});

function findingOf(role: Config["ROLE"], tier: InferenceTier, workers: number, waiting: number): Finding {
  const calls = waiting === 1 ? "1 call waits" : `${String(waiting)} calls wait`;
  if (workers > 0)
    return ok(`${workers === 1 ? "1 worker serves" : `${String(workers)} workers serve`} it, ${calls}`);
  const remedy = `Start a process with ROLE=inference beside a server of the tier ${tier}; one that runs says in its log why it does not serve it.`;
  if (waiting > 0) return fail(`no worker serves it, and ${calls}`, remedy);
  return role === "all"
    ? ok("no worker serves it: a process with ROLE=all asks the servers itself, bots and workers need one")
    : warn("no worker serves it: answers are quoted, and search is by words", remedy);
}

/** The inference workers of each tier that has a model, where there is a Redis through which they are asked. */
export function inferenceChecks({ MODELS: routes, REDIS_URL: url }: Config): readonly Check[] {
  if (routes === null || url === undefined) return [];
  return inferenceTiers.filter((tier) => routes.tiers[tier].length > 0).map(tierCheck);
}
