import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { offerOnDemand, type Offer } from "./offer-on-demand.ts";

const script = fileURLToPath(new URL("./compile-program.mjs", import.meta.url));

async function compileProgram(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return stdout.trim();
}

/** Compiles the program once for a test run, at the first request of a test file. */
export const offerProgram = (): Promise<Offer> => offerOnDemand(compileProgram);

/** The path of an entry of the program as today's sources make it, by its source's path in the repository. */
export async function compiledEntry(source: string): Promise<string> {
  const offer = process.env["EXPERT_TEST_PROGRAM_OFFER"];
  const folder = offer === undefined ? await compileProgram() : await ask(offer);
  return join(folder, source.replace(/\.ts$/, ".js"));
}

async function ask(offer: string): Promise<string> {
  const response = await fetch(offer);
  const answer = await response.text();
  if (!response.ok) throw new Error(`The program was not compiled: ${answer}`);
  return answer;
}
