import { expect, it } from "@jest/globals";
import { readConfig, readSoundSettings } from "../config.ts";

const faultsOf = (environment: Readonly<Record<string, string>>): readonly string[] =>
  readSoundSettings(environment, "/").faults.map(({ fault }) => fault);
const redis = { REDIS_URL: "redis://localhost:6379" };
const model = { MODEL_BASE_URL: "http://localhost:8000/v1", MODEL_NAME: "chat" };

it("is all in one process unless told", () => {
  expect(readConfig({}).ROLE).toBe("all");
  expect(faultsOf({ ROLE: "gpu" })).toEqual(["ROLE: must be all, bots, workers or inference"]);
});

it.each(["bots", "workers"])("says what processes share where this one only does %s", (ROLE) => {
  expect(faultsOf({ ROLE })).toEqual([
    `ROLE: ${ROLE} needs DATABASE_URL and REDIS_URL, which its processes share`,
  ]);
  expect(faultsOf({ ROLE, ...redis, DATABASE_URL: "postgres://expert@localhost/expert" })).toEqual([]);
});

it("asks for Redis and the models of an inference worker, and for no database", () => {
  expect(faultsOf({ ROLE: "inference", ...redis, ...model })).toEqual([]);
  expect(faultsOf({ ROLE: "inference" })).toEqual([
    "ROLE: inference needs REDIS_URL, through which bots and workers ask it",
    "ROLE: inference needs the models that it asks: set MODEL_BASE_URL or MODELS_FILE",
  ]);
});

it("calls nothing missing that was given and is wrong", () => {
  expect(faultsOf({ ROLE: "inference", ...model, REDIS_URL: "http://localhost" })).toEqual([
    "REDIS_URL: a redis or rediss address",
  ]);
});
