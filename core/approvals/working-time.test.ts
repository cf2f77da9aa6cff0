import { describe, expect, it } from "@jest/globals";
import { workingHours } from "./working-hours.ts";
import { afterWorkingTime } from "./working-time.ts";

const hourMs = 3_600_000;
const bangkok = workingHours.parse({ time_zone: "Asia/Bangkok" });

describe("working time", () => {
  it.each([
    ["within a day", "2026-11-20T10:00:00+07:00", 2, "2026-11-20T12:00:00+07:00"],
    ["from before work", "2026-11-20T05:00:00+07:00", 1, "2026-11-20T09:00:00+07:00"],
    ["over the night", "2026-11-19T16:00:00+07:00", 2, "2026-11-20T09:00:00+07:00"],
    ["over a weekend", "2026-11-20T16:00:00+07:00", 2, "2026-11-23T09:00:00+07:00"],
    ["from a weekend", "2026-11-21T12:00:00+07:00", 8, "2026-11-23T16:00:00+07:00"],
    ["to the end of a day", "2026-11-20T08:00:00+07:00", 9, "2026-11-20T17:00:00+07:00"],
  ])("goes on %s", (_name, from, hours, to) => {
    expect(afterWorkingTime(new Date(from), hours * hourMs, bangkok)).toEqual(new Date(to));
  });

  it("follows the wall clock where the clocks change", () => {
    const newYork = workingHours.parse({
      time_zone: "America/New_York",
      days: ["sun"],
      from: "00:00",
      to: "04:00",
    });
    // On 8 March 2026 the hour from two to three does not exist.
    expect(afterWorkingTime(new Date("2026-03-08T00:00:00-05:00"), 3 * hourMs, newYork)).toEqual(
      new Date("2026-03-08T04:00:00-04:00"),
    );
  });

  it("ends the longest wait that a policy can name within the shortest hours", () => {
    const shortest = workingHours.parse({
      time_zone: "Asia/Bangkok",
      days: ["sun"],
      from: "08:00",
      to: "08:01",
    });
    const from = new Date("2026-03-08T00:00:00Z");
    const end = afterWorkingTime(from, 99_999 * 24 * hourMs, shortest);
    expect(end.getTime() - from.getTime()).toBeGreaterThan(50 * 365 * 24 * hourMs);
  });

  it("counts all time without hours", () => {
    expect(afterWorkingTime(new Date(0), 5, null)).toEqual(new Date(5));
  });
});
