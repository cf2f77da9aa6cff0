import type { Parts } from "../../adapters/connect.ts";
import type { Stores } from "../../core/database.ts";
import type { TurnId } from "../../core/ids.ts";

/** Stands still forever where this is the step that the subject was to be stopped after. */
export type After = <T>(step: string, subject: string, result: T) => Promise<T>;

/** The step that something asks for, as `hang-<step>` anywhere in it. */
export const stepOf = (value: unknown): string | undefined =>
  /hang-([a-z]+)/.exec(JSON.stringify(value))?.[1];

/**
 * Lets a product stand still between an event of a chat platform and its turn. The event says after which step; that
 * becomes the step of its turn and of all that it names. What is joined already is changed in place, since the
 * channels' parts hold it.
 * @param named what else stands still with an event: its channel or chat.
 */
export function hangAroundEvents(
  { database, inbox }: Pick<Parts, "database" | "inbox">,
  steps: Map<string, string>,
  after: After,
  named: (body: object) => readonly string[],
): void {
  const receiveEvent = inbox.receiveEvent.bind(inbox);
  Object.assign(inbox, {
    receiveEvent: async (event: Parameters<typeof receiveEvent>[0]) => {
      const receipt = await receiveEvent(event);
      const step = stepOf(event.body);
      if (step !== undefined)
        for (const subject of [receipt.id, ...named(event.body)]) steps.set(subject, step);
      return await after("stored", receipt.id, receipt);
    },
  });

  /**
   * What waits after a step must not be found by the sweeper of the very process that stands still: it would do it again, or
   * stand still with one worker more each time, until none is left.
   */
  const standing = new Set<string>();
  const isLeft = (step: string, id: TurnId): boolean => steps.get(id) === step || standing.has(id);
  const stopAfter: After = async (step, id, result) => {
    if (steps.get(id) === step) standing.add(id);
    return await after(step, id, result);
  };
  changeStores(database, (all) => ({
    ...all,
    events: {
      ...all.events,
      async take(id, leaseMs) {
        if (isLeft("stored", id)) return null;
        return await stopAfter("noticed", id, await all.events.take(id, leaseMs));
      },
      accept: async (id, ...question) =>
        await after("accepted", id, await all.events.accept(id, ...question)),
      async settle(id, attempt) {
        await stopAfter("handled", id, undefined);
        await all.events.settle(id, attempt);
      },
    },
    turns: {
      ...all.turns,
      async take(id, leaseMs) {
        if (isLeft("accepted", id)) return null;
        const taken = await all.turns.take(id, leaseMs);
        if (steps.get(id) === "taken") standing.add(id);
        return taken;
      },
    },
  }));
}

/** Changes the stores that everyone who holds the database gets. */
export function changeStores(database: Parts["database"], change: (all: Stores) => Stores): void {
  const withTenant = database.withTenant.bind(database);
  Object.assign(database, {
    withTenant: <T>(tenant: Parameters<typeof withTenant>[0], work: (all: Stores) => Promise<T>) =>
      withTenant(tenant, (all) => work(change(all))),
  });
}
