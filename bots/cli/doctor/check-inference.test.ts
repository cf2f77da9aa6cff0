import { expect, it } from "@jest/globals";
import { readConfig } from "../../../adapters/config.ts";
import type { Diagnosis } from "../../../adapters/connect/diagnose.ts";
import type { Finding } from "./check.ts";
import { inferenceChecks } from "./check-inference.ts";

const environment = {
  REDIS_URL: "redis://127.0.0.1:1",
  DATABASE_URL: "postgres://expert@127.0.0.1:1/expert",
  MODEL_BASE_URL: "http://127.0.0.1:1/v1",
  MODEL_NAME: "chat",
};

async function look(
  facts: { readonly workers: number; readonly waiting: number },
  given: Readonly<Record<string, string>> = {},
): Promise<readonly { readonly name: string; readonly finding: Finding }[]> {
  const config = readConfig({ ...environment, ...given }, "/");
  const diagnosis = { inferenceTier: async () => facts } as Partial<Diagnosis> as Diagnosis;
  return Promise.all(
    inferenceChecks(config).map(async ({ name, run }) => ({
      name,
      finding: await run({ config, faults: [], diagnosis }),
    })),
  );
}

it("says of each tier that has a model how many workers serve it, and how many calls wait", async () => {
  const found = await look({ workers: 2, waiting: 1 }, { EMBEDDING_MODEL: "embedding" });
  expect(found.map(({ name }) => name)).toEqual(["inference fast", "inference embed"]);
  expect(found[0]?.finding).toEqual({ status: "ok", detail: "2 workers serve it, 1 call waits" });
});

it("fails where calls wait for nobody, and warns where a process of a role would find nobody", async () => {
  const [waiting] = await look({ workers: 0, waiting: 3 });
  expect(waiting?.finding).toMatchObject({
    status: "fail",
    detail: "no worker serves it, and 3 calls wait",
    remedy: expect.stringContaining("ROLE=inference"),
  });
  const [role] = await look({ workers: 0, waiting: 0 }, { ROLE: "workers" });
  expect(role?.finding.status).toBe("warn");
  const [alone] = await look({ workers: 0, waiting: 0 });
  expect(alone?.finding.status).toBe("ok");
});

it("looks at nothing without Redis or without a model", () => {
  expect(inferenceChecks(readConfig({ REDIS_URL: environment.REDIS_URL }, "/"))).toEqual([]);
  expect(inferenceChecks(readConfig({ ...environment, REDIS_URL: undefined }, "/"))).toEqual([]);
});
