import { expect, it } from "@jest/globals";
import { createServerPace, type PacedServer } from "./server-pace.ts";

const server = (limit: number, load: { calls: number } = { calls: 0 }) => {
  const shared = Object.assign(load, { limit: () => limit });
  const breaker: { state: PacedServer["breaker"]["state"]; available: boolean } = {
    state: "closed",
    available: true,
  };
  return { breaker, load: shared };
};

it("adds up what the servers of a step bear, less what runs there", () => {
  const [one, other] = [server(4), server(6)];
  const pace = createServerPace(new Map([["fast", [[one, other]]]]));
  expect(pace.free("fast")).toBe(10);
  one.load.calls = 3;
  other.load.calls = 8;
  expect(pace.free("fast")).toBe(1);
  expect(pace.free("heavy")).toBe(0);
});

it("counts the first step alone that may be asked", () => {
  const [first, second] = [server(4), server(16)];
  const pace = createServerPace(new Map([["fast", [[first], [second]]]]));
  expect(pace.free("fast")).toBe(4);
  first.breaker.available = false;
  expect(pace.free("fast")).toBe(16);
  second.breaker.available = false;
  expect([pace.free("fast"), pace.serves("fast")]).toEqual([0, false]);
});

it("counts what was taken until it is given to a server, and then there", () => {
  const gpu = server(2);
  const pace = createServerPace(new Map([["fast", [[gpu]]]]));
  const leave = pace.enter("fast");
  expect(pace.free("fast")).toBe(1);
  gpu.load.calls = 1;
  expect(pace.free("fast")).toBe(1);
  expect(pace.enter("fast")).not.toBeNull();
  expect(pace.enter("fast")).toBeNull();
  gpu.load.calls = 0;
  leave?.();
  leave?.();
  expect(pace.free("fast")).toBe(1);
});

it("shares a server between the tiers that reach it, and leaves the others alone", () => {
  const [shared, own, apart] = [server(2), server(1), server(3)];
  const pace = createServerPace(
    new Map([
      ["fast", [[shared]]],
      ["heavy", [[shared, own]]],
      ["embed", [[apart]]],
    ]),
  );
  pace.enter("heavy");
  pace.enter("heavy");
  expect([pace.free("fast"), pace.free("heavy"), pace.free("embed")]).toEqual([0, 1, 3]);
});

it("counts a way to a server once, whichever of its models is asked", () => {
  const first = server(4);
  const second = { breaker: first.breaker, load: first.load };
  expect(createServerPace(new Map([["fast", [[first, second]]]])).free("fast")).toBe(4);
});

it("tries a server that failed by one call", () => {
  const gpu = server(8);
  gpu.breaker.state = "half-open";
  const pace = createServerPace(new Map([["fast", [[gpu]]]]));
  expect(pace.free("fast")).toBe(1);
  pace.enter("fast");
  expect(pace.free("fast")).toBe(0);
});
