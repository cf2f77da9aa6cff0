import { IANAZone } from "luxon";
import { z } from "zod";

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "a time such as 08:30");

/** When people of a department work; time outside of it does not count towards reminders and time-outs. */
export const workingHours = z
  .strictObject({
    days: z.array(z.enum(weekdays)).min(1).default(["mon", "tue", "wed", "thu", "fri"]),
    from: timeOfDay.default("08:00"),
    to: timeOfDay.default("17:00"),
    /** As in the IANA time zone database, such as `Asia/Bangkok`. */
    time_zone: z.string().refine((zone) => IANAZone.isValidZone(zone), "no time zone of this name"),
  })
  .refine(({ from, to }) => from < to, { message: "the day must end after it begins" });
export type WorkingHours = z.output<typeof workingHours>;
