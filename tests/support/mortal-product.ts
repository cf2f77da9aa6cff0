import { connect, type Parts } from "../../adapters/connect.ts";
import { startBots } from "../../bots/start.ts";
import type { Database, Stores } from "../../core/database.ts";
import { deliverThread } from "../../core/delivery/deliver.ts";
import { startWorkers } from "../../workers/start.ts";
import type { MortalMessage } from "./mortal-process.ts";
import { hangAfterCards, hangInApprovals } from "./mortal-approvals.ts";
import { hangInEscalations } from "./mortal-escalations.ts";
import { mortalModel } from "./mortal-model.ts";
import { hangInSlack, slackPlaces } from "./mortal-slack.ts";
import { hangAroundEvents } from "./mortal-steps.ts";
import { hangInTeams, teamsPlaces } from "./mortal-teams.ts";
import { replaceSlackChannel, unhurriedPace } from "./slack-channel.ts";
import { amplyMs } from "./time-limits.ts";

/**
 * The whole product as a process to be killed. Started with `hang`, it stands still right after the step that an event
 * id or a file name asks for (`hang-<step>`): the step is committed, nothing after it happens, and SIGKILL finds it
 * exactly there. What it holds then it holds for as long as it lives, however slow the machine is: whoever starts on its data
 * next releases it.
 */
const hangs = process.argv[2] === "hang";
const leaseMs = hangs ? 600_000 : 30_000;

const tell = (message: MortalMessage): void => {
  process.send?.(message);
};
const steps = new Map<string, string>();
const stepIn = (name: string): string | undefined => /^(?:[^:]+:)?hang-([a-z]+)/.exec(name)?.[1];

/** Stands still forever where this is the step that the turn or document was to be stopped after. */
async function after<T>(step: string, subject: string, result: T): Promise<T> {
  if (!hangs || steps.get(subject) !== step) return result;
  tell({ kind: "hung", step, subject });
  return await new Promise<never>(() => undefined);
}

function mortalStores(stores: Stores): Stores {
  const { turns, outbox, documents } = stores;
  return {
    ...stores,
    turns: {
      ...turns,
      async take(id, ...how) {
        const taken = await turns.take(id, ...how);
        return taken && (await after("taken", id, taken));
      },
      advance: async (id, step) => await after(step.to, id, await turns.advance(id, step)),
      async end(id, end) {
        const point = steps.get(id);
        if (point !== undefined) steps.set(end.deliveryId, point);
        return await after("ended", id, await turns.end(id, end));
      },
    },
    outbox: {
      ...outbox,
      posted: async (id, ...how) => await after("posted", id, await outbox.posted(id, ...how)),
    },
    documents: {
      ...documents,
      async register(upload, audit) {
        const registered = await documents.register(upload, audit);
        const point = stepIn(upload.name);
        if (point !== undefined) steps.set(registered.document.id, point);
        return await after("registered", registered.document.id, registered);
      },
      async take(id, revision, leaseMs) {
        return await after("claimed", id, await documents.take(id, revision, leaseMs));
      },
      stage: async (hold, leaseMs, text) =>
        await after("staged", hold.id, await documents.stage(hold, leaseMs, text)),
      embed: async (hold, leaseMs, embeddings, model) =>
        await after("embedding", hold.id, await documents.embed(hold, leaseMs, embeddings, model)),
      publish: async (hold, audit) => await after("published", hold.id, await documents.publish(hold, audit)),
    },
  };
}

function mortal(parts: Parts): Parts {
  if (hangs) {
    steps.set("the offer", "offered");
    hangAroundEvents(parts, steps, after, (body) => [...slackPlaces(body), ...teamsPlaces(body)]);
    hangInSlack(parts, after);
    hangInTeams(parts, steps, after);
    hangInApprovals(parts, steps, after);
    hangInEscalations(parts, steps, after);
  }
  const database: Database = {
    ...parts.database,
    withTenant: (tenant, work) => parts.database.withTenant(tenant, (stores) => work(mortalStores(stores))),
  };
  const channels = new Map(
    [...parts.channels].map(([name, each]) => {
      const channel = hangAfterCards(each, after);
      return [
        name,
        {
          ...channel,
          post: async (...[thread, message, key]: Parameters<typeof channel.post>) =>
            await after("posting", message.turnId ?? "", await channel.post(thread, message, key)),
        },
      ];
    }),
  );
  const delivery = { ...parts, database, channels, leaseMs };
  return {
    ...parts,
    database,
    channels,
    inbox: {
      async receive(question) {
        const point = stepIn(question.eventId);
        if (point !== undefined) steps.set(question.id, point);
        return await after("received", question.id, await parts.inbox.receive(question));
      },
      receiveEvent: (event) => parts.inbox.receiveEvent(event),
    },
    blobs: {
      ...parts.blobs,
      async put(tenant, contentHash, content) {
        await parts.blobs.put(tenant, contentHash, content);
        const point = stepIn(Buffer.from(content).toString("utf8").replace(/^# /, ""));
        if (point === "stored") steps.set(contentHash, point);
        await after("stored", contentHash, undefined);
      },
    },
    turns: {
      ...parts.turns,
      model: hangs ? mortalModel(parts.turns.model, steps, after) : parts.turns.model,
      database,
      leaseMs,
      deliver: (tenant, first) => deliverThread(delivery, tenant, first.threadKey, first),
    },
    ingestion: {
      ...parts.ingestion,
      database,
      leaseMs,
      extractor: {
        async extract(file) {
          const text = await parts.ingestion.extractor.extract(file);
          const point = stepIn(file.name);
          if (point !== undefined) steps.set(file.name, point);
          return await after("extracted", file.name, text);
        },
      },
    },
  };
}

const joined = await connect({ timeoutMs: amplyMs });
// For a local Slack that keeps no limits.
if (joined.slack && process.env["SLACK_PACE"] === "none")
  replaceSlackChannel(joined, { pace: unhurriedPace });
const parts = mortal(joined);
const workers = await startWorkers(parts);
const server = await startBots(parts);
tell({ kind: "ready", url: server.url });
// Nobody is left to kill it.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("SIGTERM", () => {
  void (async () => {
    await server.close();
    await workers.stop();
    await parts.close();
    process.exit(0);
  })();
});
