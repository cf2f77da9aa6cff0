import { afterEach, describe, expect, it } from "@jest/globals";
import type { TenantId } from "../../core/ids.ts";
import { startWorkersThread, type WorkersThread } from "./workers-thread.ts";

interface Settings {
  readonly fault?: string;
}

const entry = new URL("workers.fixture.ts", import.meta.url);
const limitMs = 120_000;
const job = { tenantId: "t", turnId: "u" };

describe("the workers' thread", () => {
  let thread: WorkersThread<Settings>;
  let said: string[];
  let ended: Promise<unknown>;
  const open = (): WorkersThread<Settings> => {
    said = [];
    ended = new Promise((resolve) => {
      thread = startWorkersThread({
        entry,
        publish: (_tenant, _turn, event) => said.push(event.kind === "text" ? event.text : event.kind),
        onEnded: resolve,
      });
    });
    return thread;
  };
  afterEach(() => thread.stop(), limitMs);

  it(
    "is woken, tells what becomes of turns in order, and ends what it has begun",
    async () => {
      await open().begin({});
      for (const key of ["a", "b", "c"]) await thread.queue.enqueue("turn", job, { key });
      await thread.refresh("changed" as TenantId);
      await thread.stop();
      expect(said).toEqual([
        ...["a", "b", "c"].map((key) => `turn ${JSON.stringify(job)} ${key}`),
        "refreshed changed",
        "stopped",
      ]);
      await expect(thread.queue.enqueue("turn", job, { key: "d" })).rejects.toMatchObject({
        code: "queue_unavailable",
      });
    },
    limitMs,
  );

  it(
    "says what keeps it from beginning",
    async () => {
      await expect(open().begin({ fault: "no database" })).rejects.toThrow("no database");
    },
    limitMs,
  );

  it(
    "tells when it has ended by itself, and keeps nobody waiting",
    async () => {
      await open().begin({});
      await thread.queue.enqueue("turn", job, { key: "fatal" });
      const refreshed = thread.refresh("changed" as TenantId);
      expect(await ended).toMatchObject({ message: "the workers' thread ended with code 3" });
      await refreshed;
    },
    limitMs,
  );

  it(
    "stops where it has not begun",
    async () => {
      await open().stop();
      await thread.refresh("changed" as TenantId);
      expect(said).toEqual([]);
    },
    limitMs,
  );
});
