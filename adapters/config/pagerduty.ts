import { z } from "zod";
import { httpsUnlessLocal, type Setting } from "./setting.ts";

export const pagerDutySettings = {
  PAGERDUTY_API_TOKEN: {
    schema: z.string().min(1).optional(),
    description: "REST API key of PagerDuty, read-only: says who is on call. Absent: no PagerDuty.",
    example: "change-me",
    secret: true,
  },
  PAGERDUTY_TENANT: {
    schema: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens")
      .optional(),
    description: "Slug of the company that PAGERDUTY_API_TOKEN belongs to. Absent: the only company.",
    example: "acme",
  },
  PAGERDUTY_API_URL: {
    schema: httpsUnlessLocal()
      .transform((address) => address.replace(/\/+$/, ""))
      .default("https://api.pagerduty.com"),
    description:
      "Address of PagerDuty's REST API: https://api.eu.pagerduty.com in its EU region; another one for tests.",
    example: "https://api.pagerduty.com",
  },
} as const satisfies Record<string, Setting>;

export type PagerDutySettingName = keyof typeof pagerDutySettings;
type PagerDutyValues = {
  readonly [N in PagerDutySettingName]: z.output<(typeof pagerDutySettings)[N]["schema"]>;
};

/** What of the PagerDuty settings does not fit together, each with what to set. */
export function* pagerDutyContradictions(
  values: PagerDutyValues,
): Generator<readonly [PagerDutySettingName, string]> {
  if (values.PAGERDUTY_TENANT !== undefined && values.PAGERDUTY_API_TOKEN === undefined) {
    yield ["PAGERDUTY_TENANT", "needs PAGERDUTY_API_TOKEN, whose company it is about"];
  }
}
