import { expect, it } from "@jest/globals";
import { silentLogger } from "../core/logger.ts";
import { createLanes } from "./lanes.ts";

const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("does so many at a time in a lane, and lets no lane wait for another", async () => {
  const lanes = createLanes(2, silentLogger);
  const slow = gate();
  const done: string[] = [];
  for (const name of ["a", "b", "c"])
    lanes.add("dead", name, async () => {
      done.push(`begin ${name}`);
      await slow.opened;
      done.push(`end ${name}`);
    });
  lanes.add("alive", "d", async () => void done.push("d"));
  await settled();
  expect(done).toEqual(["begin a", "begin b", "d"]);
  slow.open();
  await settled();
  expect(done.filter((one) => one.startsWith("end"))).toHaveLength(3);
});

it("does what is added twice once while it waits, and again after it began", async () => {
  const lanes = createLanes(1, silentLogger);
  const first = gate();
  let times = 0;
  const work = async (): Promise<void> => {
    times += 1;
    await first.opened;
  };
  for (let at = 0; at < 4; at += 1) lanes.add("lane", "same", work);
  await settled();
  expect(times).toBe(1);
  first.open();
  await settled();
  expect(times).toBe(2);
});

it("goes on after what fails, and ends with what runs", async () => {
  const lanes = createLanes(1, silentLogger);
  const last = gate();
  const done: string[] = [];
  lanes.add("lane", "fails", () => Promise.reject(new Error("no")));
  lanes.add("lane", "runs", async () => {
    await last.opened;
    done.push("runs");
  });
  const dropped = (name: string) => () => void done.push(`dropped ${name}`);
  lanes.add("lane", "waits", async () => void done.push("waits"), dropped("waits"));
  await settled();
  const closed = lanes.close();
  lanes.add("lane", "late", async () => void done.push("late"), dropped("late"));
  last.open();
  await closed;
  expect(done).toEqual(["dropped waits", "dropped late", "runs"]);
});
