import { DateTime } from "luxon";
import type { WorkingHours } from "./working-hours.ts";

const dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** Longer waits, of more than half a century, end here. */
const daysSearched = 20_000;

/**
 * The moment that lies so much working time after another, in milliseconds. Hours are those of the zone's wall clock: a
 * day on which the clocks change is as long as it is. Without hours all time counts.
 */
export function afterWorkingTime(from: Date, waitMs: number, hours: WorkingHours | null): Date {
  if (hours === null) return new Date(from.getTime() + waitMs);
  let left = waitMs;
  let day = DateTime.fromJSDate(from, { zone: hours.time_zone });
  for (let searched = 0; searched < daysSearched; searched += 1) {
    const name = dayNames[day.weekday - 1];
    if (name !== undefined && hours.days.includes(name)) {
      const begin = Math.max(from.getTime(), at(day, hours.from).toMillis());
      const length = Math.max(0, at(day, hours.to).toMillis() - begin);
      if (left <= length) return new Date(begin + left);
      left -= length;
    }
    day = day.plus({ days: 1 }).startOf("day");
  }
  return day.toJSDate();
}

function at(day: DateTime, time: string): DateTime {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return day.set({ hour, minute, second: 0, millisecond: 0 });
}
