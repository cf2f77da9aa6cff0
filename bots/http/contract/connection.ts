import { z } from "zod";
import { connectionSettings, webhookEvents } from "../../../core/connections/connection-settings.ts";
import { connectionKinds } from "../../../core/connections/connection.ts";

export { connectionKinds, webhookEvents };

const name = z.string().trim().min(1).max(80);
const values = z.record(z.string(), z.json());

export const connectionSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(connectionKinds),
    name: z.string(),
    state: z.enum(["active", "off"]),
    settings: values.describe("No secrets: those are never told again"),
    secretsSet: z.array(z.string()).describe("Names of the secrets that are set"),
    fault: z.string().nullable().describe("Why its settings or secrets cannot be read; null where they can"),
    hookUrl: z
      .string()
      .nullable()
      .describe("Where the system sends its webhooks; null for those that send none, or without PUBLIC_URL"),
    health: z.object({
      failures: z.int().describe("Failed calls in a row"),
      openUntil: z.iso.datetime().nullable().describe("Not called before then"),
      lastError: z.string().nullable(),
      lastFailedAt: z.iso.datetime().nullable(),
      lastWorkedAt: z.iso.datetime().nullable(),
    }),
    pending: z.int().describe("Calls that are still to be made"),
    dead: z.int().describe("Calls that were given up"),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Connection" });
export type ConnectionView = z.infer<typeof connectionSchema>;

export const connectionListSchema = z.object({ items: z.array(connectionSchema) });

export const addConnectionSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("jira"), name, ...connectionSettings.jira }),
    z.strictObject({ kind: z.literal("pagerduty"), name, ...connectionSettings.pagerduty }),
    z.strictObject({ kind: z.literal("servicenow"), name, ...connectionSettings.servicenow }),
    z.strictObject({ kind: z.literal("webhook"), name, ...connectionSettings.webhook }),
  ])
  .meta({ id: "AddConnection" });

/** As it arrives: the settings themselves are read by the rule that names each faulty field. */
export const addConnectionBody = z.strictObject({
  kind: z.enum(connectionKinds),
  name,
  settings: values,
  secrets: values,
});

export const changeConnectionSchema = z
  .strictObject({
    name: name.optional(),
    settings: values.optional().describe("All of the kind's settings, as they are to be"),
    secrets: values
      .optional()
      .describe(
        "Those that are exchanged; the others stay. Webhook and signing secrets: new ones hold beside the old, three at most",
      ),
    newestSecretOnly: z
      .literal(true)
      .optional()
      .describe("Of secrets that hold beside each other, only the newest from now on"),
    state: z.enum(["active", "off"]).optional(),
  })
  .meta({ id: "ChangeConnection" });

export const connectionTestSchema = z
  .object({
    as: z
      .string()
      .nullable()
      .describe("As whom we are known there, or what was reached; null where it does not work"),
    faults: z.array(z.object({ fault: z.string(), remedy: z.string() })),
  })
  .meta({ id: "ConnectionTest" });
export type ConnectionTestView = z.infer<typeof connectionTestSchema>;
