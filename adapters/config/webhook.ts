import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Setting } from "./setting.ts";

/** A host by its name, or addresses by their prefix. */
const exception = z.string().refine(
  (text) => {
    if (text.includes("/")) return ipaddr.isValidCIDR(text);
    return ipaddr.isValid(text) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text);
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
      "Host names, addresses or prefixes of your own network that webhooks may be sent to, also without https, comma separated. Absent: https to public addresses alone.",
    example: "hooks.internal.example.com,10.1.0.0/16",
  },
} as const satisfies Record<string, Setting>;
