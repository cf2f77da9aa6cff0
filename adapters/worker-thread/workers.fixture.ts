import type { TenantId, TurnId } from "../../core/ids.ts";
import { serveWorkers } from "./serve-workers.ts";

// Workers that tell of every job and refresh as a turn's text, and fail where the settings or a job say so.
const tenant = "tenant" as TenantId;
serveWorkers<{ readonly fault?: string }>(async ({ fault }, { publish }) => {
  if (fault !== undefined) throw new Error(fault);
  const say = (text: string): void => publish(tenant, "turn" as TurnId, { kind: "text", text });
  return {
    queue: {
      enqueue: async (name, job, { key }) => {
        if (key === "fatal") setImmediate(() => process.exit(3));
        say(`${name} ${JSON.stringify(job)} ${key}`);
      },
    },
    refresh: async (changed) => say(`refreshed ${changed}`),
    stop: async () => say("stopped"),
  };
});
