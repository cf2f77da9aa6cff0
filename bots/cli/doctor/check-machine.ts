import { existsSync } from "node:fs";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { pageFolder } from "../../../adapters/connect.ts";
import { serverAnswers } from "../server-answers.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";

/** As package.json says under engines. */
const leastNode = [20, 19] as const;

const node: Check = {
  name: "node",
  run() {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
    const version = `Node ${process.versions.node} on ${process.platform}`;
    return enough ? ok(version) : fail(version, `Install Node ${leastNode.join(".")} or newer.`);
  },
};

const configuration: Check = {
  name: "configuration",
  run: ({ faults }) =>
    faults.length === 0
      ? ok("every setting is valid")
      : fail(
          faults.map(({ fault }) => fault).join("; "),
          "Correct them in the environment or in .env; .env.example explains every setting.",
        ),
};

const gigabyte = 1024 ** 3;
const leastFree = gigabyte / 4;
const comfortablyFree = 2 * gigabyte;

const dataFolder: Check = {
  name: "data folder",
  settings: ["DATA_DIR"],
  async run({ config: { DATA_DIR: folder } }) {
    await mkdir(folder, { recursive: true });
    const probe = join(folder, `.doctor-${String(process.pid)}`);
    await writeFile(probe, "x");
    await rm(probe);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${folder} is writable, ${(free / gigabyte).toFixed(1)} GB free`;
    if (free < leastFree) return fail(detail, "Free some space on its disk.");
    return free < comfortablyFree ? warn(detail, "Free some space on its disk soon.") : ok(detail);
  },
};

const page: Check = {
  name: "page",
  run: () =>
    existsSync(join(pageFolder, "index.html"))
      ? ok("the page is built")
      : warn("the page is not built: only the API would be served", "Run `node deploy/build.mjs`."),
};

const port: Check = {
  name: "port",
  settings: ["HOST", "PORT"],
  async run({ config }) {
    const { HOST: host, PORT: number } = config;
    if (number === 0) return ok("a free port is taken at start");
    const address = `${host}:${String(number)}`;
    const refusal = await tryToListen(host, number);
    if (refusal === null) return ok(`${address} is free`);
    const served = refusal === "EADDRINUSE" ? await serverAnswers(config) : null;
    if (served !== null) return ok(`The Expert answers at ${served}`);
    return refusal === "EADDRINUSE"
      ? fail(`${address} is taken by another program`, "Stop it, or set PORT to another port.")
      : fail(`${address} cannot be used (${refusal})`, "Set HOST and PORT to an address of this machine.");
  },
};

/** The code of the refusal, or null where the address is free. */
const tryToListen = (host: string, number: number): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen(number, host, () => {
      server.close(() => {
        resolve(null);
      });
    });
  });

const sample = "# Sample\n\nThe extractor reads this sentence.\n";

const extractor: Check = {
  name: "extractor",
  async run({ diagnosis }): Promise<Finding> {
    const { blocks } = await diagnosis.extract("sample.md", new TextEncoder().encode(sample));
    const read = blocks.some((block) => "text" in block && block.text.includes("reads this sentence"));
    return read
      ? ok("a sample was read in a process of its own")
      : fail("a sample came back without its text", "Install the packages anew with `npm ci`.");
  },
};

export const machineChecks: readonly Check[] = [node, configuration, dataFolder];
export const serverChecks: readonly Check[] = [page, port];
export const portCheck = port;
export const extractorCheck = extractor;
