import { setTimeout as delay } from "node:timers/promises";

/** Waits until something holds that another process or a later turn brings about. @throws Error when time is up. */
export async function until(holds: () => boolean, withinMs = 60_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end)
      throw new Error(`It did not happen within ${withinMs} ms: ${holds.toString()}`);
    await delay(10);
  }
}
