import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { newId, type TenantId } from "../ids.ts";
import { silentLogger } from "../logger.ts";
import type { AuditEvent } from "./audit-event.ts";
import { createLaterAudit } from "./later-audit.ts";

const searched = (resourceId: string): AuditEvent => ({
  event: "search.query",
  status: "success",
  userId: null,
  resourceId,
});

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it("writes what was noted in one batch per tenant, in its order, while nobody waits", async () => {
  const written: [TenantId, readonly (string | undefined)[]][] = [];
  const later = createLaterAudit({
    audit: {
      append: (tenant, events) => {
        written.push([tenant, events.map(({ resourceId }) => resourceId)]);
        return Promise.resolve();
      },
    },
    logger: silentLogger,
  });
  const [one, two] = [newId<TenantId>(), newId<TenantId>()];
  later.note(one, searched("a"));
  later.note(two, searched("b"));
  later.note(one, searched("c"));
  expect(written).toEqual([]);
  await jest.advanceTimersByTimeAsync(250);
  expect(written).toEqual([
    [one, ["a", "c"]],
    [two, ["b"]],
  ]);
  await later.flush();
  expect(written).toHaveLength(2);
});

it("tries again where the database is away, with what came before in front", async () => {
  let away = true;
  const written: (string | undefined)[] = [];
  const later = createLaterAudit({
    audit: {
      append: (_tenant, events) => {
        if (away) return Promise.reject(new Error("away"));
        written.push(...events.map(({ resourceId }) => resourceId));
        return Promise.resolve();
      },
    },
    logger: silentLogger,
  });
  const tenant = newId<TenantId>();
  later.note(tenant, searched("a"));
  await jest.advanceTimersByTimeAsync(250);
  later.note(tenant, searched("b"));
  away = false;
  await later.flush();
  expect(written).toEqual(["a", "b"]);
});
