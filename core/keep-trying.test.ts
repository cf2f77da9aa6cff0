import { expect, it, jest } from "@jest/globals";
import { keepTrying, type KeepTryingOptions } from "./keep-trying.ts";

const away = new Error("away");
const wrong = new Error("wrong");

/** Fails with each of these in turn, then succeeds; `ended` once it has succeeded. */
function failing(...errors: readonly Error[]) {
  let tries = 0;
  let end: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const work = async (): Promise<void> => {
    const error = errors[tries];
    tries += 1;
    if (error) throw error;
    end?.();
  };
  return { work, ended, tries: () => tries };
}

const options = (change: Partial<KeepTryingOptions> = {}): KeepTryingOptions => ({
  retryMs: 1,
  mayPass(error) {
    if (error === wrong) throw wrong;
    return true;
  },
  onGivenUp: () => undefined,
  ...change,
});

it("tries again what may pass, until it succeeds", async () => {
  const { work, ended, tries } = failing(away, away);
  await keepTrying(work, options());
  await ended;
  expect(tries()).toBe(3);
});

it("throws at the first try, and tells of a later one, what does not pass", async () => {
  await expect(keepTrying(failing(wrong).work, options())).rejects.toBe(wrong);
  const told = await new Promise((resolve, reject) => {
    keepTrying(failing(away, wrong).work, options({ onGivenUp: resolve })).catch(reject);
  });
  expect(told).toBe(wrong);
});

it("tries no more where it need not, and once it is stopped", async () => {
  jest.useFakeTimers();
  try {
    const given = failing(away, away);
    await keepTrying(given.work, options({ mayPass: () => false }));
    const stopped = failing(away, away);
    const trying = await keepTrying(stopped.work, options());
    trying.stop();
    await jest.advanceTimersByTimeAsync(1_000);
    expect([given.tries(), stopped.tries()]).toEqual([1, 1]);
  } finally {
    jest.useRealTimers();
  }
});
