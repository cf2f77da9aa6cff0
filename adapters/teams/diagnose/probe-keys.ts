import { z } from "zod";
import { ExpertError } from "../../../core/errors.ts";
import { callOnce, NoAnswer } from "../client/call-once.ts";

/** What Microsoft publishes to check Teams' tokens by. */
export interface ProbedKeys {
  readonly issuer: string;
  /** Keys that may sign for Teams. */
  readonly forTeams: number;
}

const defaultTimeoutMs = 10_000;
const limitBytes = 1_000_000;

const metadataSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });
const keysSchema = z.object({
  keys: z.array(z.object({ endorsements: z.array(z.string()).nullish() })),
});

/**
 * Reads the OpenID metadata and the keys that it names. Throws `channel_unavailable` with the address at fault.
 * @param timeoutMs longest wait for each answer.
 */
export async function probeKeys(metadataUrl: string, timeoutMs = defaultTimeoutMs): Promise<ProbedKeys> {
  const { issuer, jwks_uri: keysUrl } = await read(metadataUrl, metadataSchema, timeoutMs);
  const { keys } = await read(keysUrl, keysSchema, timeoutMs);
  return { issuer, forTeams: keys.filter(({ endorsements }) => endorsements?.includes("msteams")).length };
}

async function read<T>(url: string, schema: z.ZodType<T>, timeoutMs: number): Promise<T> {
  const unreadable = (why: string, cause?: unknown): ExpertError =>
    new ExpertError("channel_unavailable", `${url} cannot be read: ${why}.`, {
      remedy: `Let this machine reach ${new URL(url).host} over https; without it no message of Teams can be told from a forged one.`,
      cause,
    });
  const call = { url, method: "GET", headers: { accept: "application/json" }, body: null };
  const answer = await callOnce({ ...call, timeoutMs, limitBytes }).catch((error: unknown) => {
    throw unreadable(error instanceof NoAnswer ? error.message : "the answer is too long", error);
  });
  if (answer.status !== 200) throw unreadable(`it answers ${String(answer.status)}`);
  try {
    return schema.parse(JSON.parse(answer.body.toString("utf8")));
  } catch (cause) {
    throw unreadable("it is not what Microsoft publishes", cause);
  }
}
