import { readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { ExpertError } from "../core/errors.ts";
import type { ModelRoutes } from "../core/inference/routing/model-routes.ts";
import { encryptionKeys } from "./config/encryption-keys.ts";
import { mailContradictions, mailSettings } from "./config/mail.ts";
import { pagerDutyContradictions, pagerDutySettings } from "./config/pagerduty.ts";
import { modelContradictions, readModels } from "./config/read-models.ts";
import { roleContradictions, roleSettings } from "./config/role.ts";
import { type Setting, url } from "./config/setting.ts";
import { slackContradictions, slackSettings, type SlackTransport, slackTransport } from "./config/slack.ts";
import { teamsContradictions, teamsSettings } from "./config/teams.ts";
import { webhookSettings } from "./config/webhook.ts";

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(1);
const flag = z.enum(["true", "false"]).transform((value) => value === "true");
/** Where others reach this server: the page stands at its root, so that there is no path. */
const publicUrl = url("http", "https").refine(
  (address) => {
    const { pathname, search, hash, username } = new URL(address);
    return `${pathname}${search}${hash}${username}` === "/" && !/[/?#]$/.test(address);
  },
  { error: "must end after the host and port, without a slash, such as https://expert.example.com" },
);

/** Every setting: what it may be, what it means. `.env.example` is held against this list. */
export const settings = {
  ...roleSettings,
  HOST: {
    schema: z.string().min(1).default("127.0.0.1"),
    description: "Address that the page and the API listen on. Local accounts are offered on loopback only.",
    example: "127.0.0.1",
  },
  PORT: {
    schema: port.default(3978),
    description: "Port of the page and the API; 0 takes a free one.",
    example: "3978",
  },
  PUBLIC_URL: {
    schema: publicUrl.optional(),
    description:
      "Address under which people, Slack and Teams reach this server. Absent: messages name their sources without links.",
    example: "https://expert.example.com",
  },
  DATA_DIR: {
    schema: z.string().min(1).default("./data"),
    description: "Folder of the embedded database, uploaded files and index snapshots.",
    example: "./data",
  },
  DATABASE_URL: {
    schema: url("postgres", "postgresql").optional(),
    description: "Your own PostgreSQL, as the application's role. Absent: an embedded one in DATA_DIR.",
    example: "postgres://expert:secret@localhost:5432/expert",
    secret: true,
  },
  DATABASE_OWNER_URL: {
    schema: url("postgres", "postgresql").optional(),
    description: "The schema's owner, who migrates at start. Absent: migrate by `npm run expert -- migrate`.",
    example: "postgres://expert_owner:secret@localhost:5432/expert",
    secret: true,
  },
  DATABASE_POOL_SIZE: {
    schema: z.coerce.number().int().min(2).max(200).default(12),
    description: "Database connections of one process.",
    example: "12",
  },
  EMBEDDED_DATABASE_PORT: {
    schema: port.default(0),
    description: "Port of the embedded database on loopback; 0 takes a free one.",
    example: "0",
  },
  REDIS_URL: {
    schema: url("redis", "rediss").optional(),
    description:
      "Redis for the queue, and for all that passes between processes of several roles. Absent: the queue lives in PostgreSQL.",
    example: "redis://localhost:6379",
    secret: true,
  },
  MODEL_BASE_URL: {
    schema: url("http", "https").optional(),
    description:
      "An OpenAI-compatible server (vLLM, Ollama, LiteLLM). Absent: answers are quoted, no model is needed.",
    example: "http://localhost:11434/v1",
  },
  MODEL_API_KEY: {
    schema: z.string().min(1).optional(),
    description: "Key of the model server, where it wants one.",
    example: "sk-…",
    secret: true,
  },
  MODEL_NAME: {
    schema: z.string().min(1).optional(),
    description: "Chat model that drafts answers; needs MODEL_BASE_URL.",
    example: "llama3.1:8b",
  },
  EMBEDDING_MODEL: {
    schema: z.string().min(1).optional(),
    description:
      "Model that embeds passages and questions; needs MODEL_BASE_URL. Absent: search is by words.",
    example: "nomic-embed-text",
  },
  VISION_MODEL: {
    schema: z.string().min(1).optional(),
    description:
      "Model that looks at the pictures of a question; needs MODEL_NAME, and may be the same. Absent: pictures are not looked at.",
    example: "qwen2.5vl:7b",
  },
  MODELS_FILE: {
    schema: z.string().min(1).optional(),
    description:
      "YAML file of several model servers, in place of MODEL_BASE_URL, MODEL_API_KEY and the models' names: docs/models.md.",
    example: "./models.yaml",
  },
  MODEL_FIRST_TOKEN_TIMEOUT_MS: {
    schema: milliseconds.default(30_000),
    description: "Longest wait for a model's first word.",
    example: "30000",
  },
  MODEL_BETWEEN_TOKENS_TIMEOUT_MS: {
    schema: milliseconds.default(15_000),
    description: "Longest silence of a model in the middle of an answer.",
    example: "15000",
  },
  MODEL_CONCURRENCY: {
    schema: z.coerce.number().int().min(1).max(4_096).default(64),
    description:
      "Most requests at once to each model. How many its server really bears below that is found by trying.",
    example: "64",
  },
  MODEL_WAIT_LIMIT_MS: {
    schema: milliseconds.default(60_000),
    description: "Longest wait of a question for its turn at the model; then it is answered with quotes.",
    example: "60000",
  },
  ANSWER_CACHE_MINUTES: {
    schema: z.coerce.number().int().min(0).max(1_440).default(60),
    description:
      "How long a model's answer is given again to the same question with the same access and knowledge; 0: never.",
    example: "60",
  },
  SESSION_SECRET: {
    schema: z.string().min(32).optional(),
    description: "Signs sessions, at least 32 characters. Absent: one is made and kept in DATA_DIR.",
    example: "change-me-to-32-or-more-random-characters",
    secret: true,
  },
  ENCRYPTION_KEYS: {
    schema: encryptionKeys.optional(),
    description:
      "Encrypt the tokens of channels: id:base64-of-32-bytes, comma separated; the first encrypts, all decrypt. Absent: one is made and kept in DATA_DIR.",
    example: "key-1:cmVwbGFjZS10aGVzZS0zMi1ieXRlcy1ieS1yYW5kb20=",
    secret: true,
  },
  LOCAL_ACCOUNTS: {
    schema: flag.default(true),
    description: "Offer the local accounts for signing in, on loopback only.",
    example: "true",
  },
  DEMO_COMPANY: {
    schema: flag.default(true),
    description: "Load the demo company into an empty embedded database.",
    example: "true",
  },
  ...slackSettings,
  ...teamsSettings,
  ...pagerDutySettings,
  ...mailSettings,
  ...webhookSettings,
  UPLOAD_LIMIT_MB: {
    schema: z.coerce.number().int().min(1).max(512).default(25),
    description: "Largest file that may be uploaded.",
    example: "25",
  },
  TURN_CONCURRENCY: {
    schema: z.coerce.number().int().min(1).max(512).default(64),
    description:
      "Questions that one process answers at the same time; those beyond wait, and companies take turns.",
    example: "64",
  },
  INGESTION_CONCURRENCY: {
    schema: z.coerce.number().int().min(1).max(32).default(2),
    description: "Documents that one process ingests at the same time.",
    example: "2",
  },
  LOG_LEVEL: {
    schema: z.enum(["debug", "info", "warn", "error", "silent"]).default("warn"),
    description: "Least level that is logged: debug, info, warn, error or silent.",
    example: "warn",
  },
  LOG_FORMAT: {
    schema: z.enum(["pretty", "json"]).default("pretty"),
    description: "pretty for people, json for machines.",
    example: "pretty",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
type Values = { [N in SettingName]: z.output<(typeof settings)[N]["schema"]> };

export type Config = Readonly<Omit<Values, "DATA_DIR" | "SLACK_TRANSPORT">> & {
  /** Absolute. */
  readonly DATA_DIR: string;
  readonly SLACK_TRANSPORT: SlackTransport;
  /** The model servers, from MODELS_FILE or MODEL_BASE_URL; null where there are none. */
  readonly MODELS: ModelRoutes | null;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment and, for what it does not set, the file `.env` of the working folder. Throws `configuration_invalid`
 * where that file is there and cannot be read: settings that somebody meant are not to be left out silently.
 */
function wholeEnvironment(): Environment {
  const file = join(process.cwd(), ".env");
  try {
    return { ...parseEnv(readFileSync(file, "utf8")), ...process.env };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return process.env;
    throw new ExpertError("configuration_invalid", `The file ${file} cannot be read.`, {
      remedy: "Give this account the right to read it, or remove it.",
      cause: error,
    });
  }
}

/** Reads the settings once. Throws `configuration_invalid`, naming every fault at once. */
export function readConfig(
  environment: Environment = wholeEnvironment(),
  workingFolder = process.cwd(),
): Config {
  const { config, faults } = readSoundSettings(environment, workingFolder);
  if (faults.length > 0) {
    throw new ExpertError(
      "configuration_invalid",
      `The configuration has faults:\n  ${faults.map(({ fault }) => fault).join("\n  ")}`,
      {
        remedy: "Correct them in the environment or in .env; .env.example explains every setting.",
      },
    );
  }
  return config;
}

export interface SettingFault {
  readonly setting: SettingName;
  readonly fault: string;
}

/** The settings with those at fault as if they were not set, and the faults: for a look at all parts that are sound. */
export function readSoundSettings(
  environment: Environment = wholeEnvironment(),
  workingFolder = process.cwd(),
): { readonly config: Config; readonly faults: readonly SettingFault[] } {
  const faults: SettingFault[] = [];
  const values = Object.fromEntries(
    Object.entries<Setting>(settings).map(([key, setting]) => {
      const name = key as SettingName;
      const parsed = setting.schema.safeParse(readValue(name, setting, environment, faults));
      if (parsed.success) return [name, parsed.data];
      const messages = parsed.error.issues.map((issue) => issue.message).join(", ");
      faults.push({ setting: name, fault: `${name}: ${messages}` });
      return [name, setting.schema.parse(undefined)];
    }),
  ) as Values;
  // A setting that is at fault was given all the same: nobody is told that it is missing.
  const given = faults.map(({ setting }) => new RegExp(`\\b${setting}\\b`));
  faults.push(...contradictions(values).filter(({ fault }) => !given.some((name) => name.test(fault))));
  const folder = values.DATA_DIR;
  const models = readModels(values, environment, workingFolder);
  faults.push(
    ...models.faults.map((fault) => ({ setting: "MODELS_FILE" as const, fault: `MODELS_FILE: ${fault}` })),
  );
  return {
    config: {
      ...values,
      MODELS: models.routes,
      DATA_DIR: isAbsolute(folder) ? folder : resolve(workingFolder, folder),
      SLACK_TRANSPORT: slackTransport(values),
    },
    faults,
  };
}

function readValue(
  name: SettingName,
  setting: Setting,
  environment: Environment,
  faults: SettingFault[],
): string | undefined {
  const value = environment[name];
  if (value !== undefined && value !== "") return value;
  const file = setting.secret ? environment[`${name}_FILE`] : undefined;
  if (file === undefined || file === "") return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    faults.push({ setting: name, fault: `${name}_FILE: the file ${file} cannot be read` });
    return undefined;
  }
}

function contradictions(values: Values): SettingFault[] {
  const faults: SettingFault[] = [];
  const note = (setting: SettingName, text: string): void => {
    faults.push({ setting, fault: `${setting}: ${text}` });
  };
  if (values.DATABASE_OWNER_URL !== undefined && values.DATABASE_URL === undefined) {
    note("DATABASE_OWNER_URL", "needs DATABASE_URL, the application's own role");
  }
  for (const [name, text] of modelContradictions(values)) note(name, text);
  for (const [name, text] of roleContradictions(values)) note(name, text);
  for (const [name, text] of slackContradictions(values)) note(name, text);
  for (const [name, text] of teamsContradictions(values)) note(name, text);
  for (const [name, text] of pagerDutyContradictions(values)) note(name, text);
  for (const [name, text] of mailContradictions(values)) note(name, text);
  return faults;
}
