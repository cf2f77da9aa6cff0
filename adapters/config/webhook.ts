import { isIP } from "node:net";
import { z } from "zod";
import type { Setting } from "./setting.ts";

/** A host by its name, an address, or addresses by their prefix. */
const exception = z.string().refine(
  (text) => {
    const [address = "", length, ...more] = text.split("/");
    if (length === undefined) return isIP(address) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(address);
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    return more.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
  },
  { error: "must be host names, addresses or prefixes such as 10.1.0.0/16, comma separated" },
);

export const webhookSettings = {
  WEBHOOK_ALLOW_PRIVATE: {
    schema: z
      .string()
      .transform((text) => text.split(",").map((item) => item.trim()))
      .pipe(z.array(exception))
      .optional(),
    description:
      "Host names, addresses or prefixes of your own network that webhooks may be sent to, and where Jira, PagerDuty and ServiceNow may be, also without https, comma separated. Absent: https to public addresses alone.",
    example: "hooks.internal.example.com,10.1.0.0/16",
  },
} as const satisfies Record<string, Setting>;
