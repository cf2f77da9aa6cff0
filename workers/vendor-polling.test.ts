import { expect, it } from "@jest/globals";
import type { ConnectionId } from "../core/ids.ts";
import { until } from "../tests/support/sample-work.ts";
import { outsideBench } from "../tests/support/outside-bench.ts";
import { pollVendors } from "./vendor-polling.ts";

it("goes on asking others where one takes long, and lets it end before it has stopped", async () => {
  const bench = await outsideBench();
  const escalation = await bench.made();
  const polled = async (id: ConnectionId): Promise<void> => {
    await bench.database.withTenant(bench.company.tenantId, ({ connections }) =>
      connections.change(id, { settings: { poll_seconds: 15 } }, []),
    );
  };
  for (const { connectionId } of escalation.links) await polled(connectionId);
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let ended = false;
  let asked = 0;
  const { tickets, pager, outside } = bench;
  const escalations = {
    ...outside,
    systems: {
      tickets: () => ({
        ...tickets,
        async read(...about: Parameters<typeof tickets.read>) {
          await answered;
          ended = true;
          return await tickets.read(...about);
        },
      }),
      pager: () => ({
        ...pager,
        read(key: string) {
          asked += 1;
          return pager.read(key);
        },
      }),
    },
  };
  const polling = pollVendors({ database: bench.database, escalations, lookEveryMs: 2 });
  for (let round = 1; round <= 4; round += 1) {
    await until(`round ${String(round)}`, async () => asked >= round);
    bench.pass(16_000);
  }
  expect(ended).toBe(false);
  const stopped = polling.stop();
  answer();
  await stopped;
  expect(ended).toBe(true);
});
