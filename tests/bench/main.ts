import { parseArgs } from "node:util";
import { benchApprovals } from "./approvals.ts";
import { benchAsk } from "./ask.ts";
import type { Bench, BenchServer } from "./bench.ts";
import { benchInference } from "./inference.ts";
import { benchIngest } from "./ingest.ts";
import { describeMachine } from "./machine.ts";
import { benchPlanning } from "./planning.ts";
import { reportJson, reportTable } from "./report.ts";
import { benchSearch } from "./search.ts";
import { benchSlack } from "./slack.ts";
import { benchStart } from "./start.ts";
import { benchTeams } from "./teams.ts";

const benches: Readonly<Record<string, Bench>> = {
  start: {
    summary: "from the start command to the first answer, in a new data folder and again",
    run: benchStart,
  },
  ask: { summary: "questions over HTTP, one at a time and 100 a second", run: benchAsk },
  slack: { summary: "200 signed events of Slack a second, beside a bare Bolt app", run: benchSlack },
  teams: {
    summary: "100 signed activities of Teams a second, beside a bare botbuilder adapter",
    run: benchTeams,
  },
  approvals: {
    summary: "from an approver's click in Slack to the asker's answer, beside a bare Bolt app",
    run: benchApprovals,
  },
  inference: {
    summary: "calls of a simulated GPU server, shared fairly, beside the same calls made directly",
    run: benchInference,
  },
  planning: {
    summary: "how many GPUs so many people need, by a formula and in a simulated busiest hour",
    run: benchPlanning,
  },
  search: { summary: "100,000 passages in memory beside PostgreSQL's full-text search", run: benchSearch },
  ingest: { summary: "150 documents over HTTP until all are ready", run: benchIngest },
};

const usage = [
  "npm run bench -- NAME [--json] [--seconds N] [--per-second N] [--runs N] [--profile FOLDER]",
  "npm run bench -- inference --server URL --model NAME [--key-env VARIABLE]",
  "npm run bench -- planning [--figures FILE]",
  "",
  ...Object.entries(benches).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`),
  "",
  "  --json            one object on standard output; progress stays on standard error",
  "  --seconds N       length of a load, for trials",
  "  --per-second N    questions per second of a load, for trials",
  "  --runs N          repetitions of a start",
  "  --profile FOLDER  writes a CPU profile of the measured process there",
  "  --server URL      a model server of OpenAI's protocol, with /v1, instead of the simulated one",
  "  --model NAME      its chat model",
  "  --key-env NAME    the environment variable that holds its key",
  "  --figures FILE    JSON with figures of your own: docs/planning.md",
].join("\n");

const positive = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  const number = Number(text);
  if (!(number > 0)) throw new TypeError(`${text} is not a positive number`);
  return number;
};

function serverOf({
  server,
  model,
  "key-env": keyEnv,
}: Readonly<Partial<Record<"server" | "model" | "key-env", string>>>): BenchServer | null {
  if (server === undefined) return null;
  if (model === undefined) throw new TypeError("--server needs --model");
  const apiKey = keyEnv === undefined ? null : (process.env[keyEnv] ?? null);
  if (keyEnv !== undefined && apiKey === null) throw new TypeError(`${keyEnv} is not set`);
  return { url: server, model, apiKey, mostInFlight: null };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      seconds: { type: "string" },
      "per-second": { type: "string" },
      runs: { type: "string" },
      profile: { type: "string" },
      server: { type: "string" },
      model: { type: "string" },
      "key-env": { type: "string" },
      figures: { type: "string" },
    },
  });
  const [name] = positionals;
  if (name === undefined) {
    console.log(usage);
    return;
  }
  const bench = benches[name];
  if (!bench) throw new TypeError(`there is no bench ${name}\n\n${usage}`);
  const machine = await describeMachine();
  const outcome = await bench.run({
    seconds: positive(values.seconds),
    perSecond: positive(values["per-second"]),
    runs: positive(values.runs),
    server: serverOf(values),
    figuresFile: values.figures ?? null,
    corpora: process.env["EXPERT_CORPORA"] ?? "../shared/corpora",
    nodeArguments: values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`],
    say: (line) => process.stderr.write(`  ${line}\n`),
  });
  const report = { name, machine, outcome };
  console.log(values.json ? reportJson(report) : reportTable(report));
}

// Without this a signal would end the process and leave what it has started.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
