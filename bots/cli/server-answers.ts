import { z } from "zod";

/** What `/health/live` says. */
const alive = z.object({ status: z.literal("live") });
const patienceMs = 2_000;

/** The address at which a server of The Expert answers on the configured port; null where none does. */
export async function serverAnswers({
  HOST: host,
  PORT: port,
}: {
  readonly HOST: string;
  readonly PORT: number;
}): Promise<string | null> {
  if (port === 0) return null;
  const named = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${named.includes(":") ? `[${named}]` : named}:${String(port)}`;
  try {
    const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(patienceMs) });
    return alive.safeParse(await response.json()).success ? url : null;
  } catch {
    return null;
  }
}
