import { z } from "zod";
import type { ConnectionKind } from "./connection.ts";

const baseUrl = z
  .url({ protocol: /^https?$/, error: "an https address" })
  .transform((address) => address.replace(/\/+$/, ""));
const secret = z.string().min(1).max(4_000);
/** Newest first; each one signs validly while it stands here, so that they can be exchanged without a gap. */
const webhookSecrets = z.array(z.string().min(16, "at least 16 characters").max(400)).max(3).default([]);

/** What happens in the product that others may want to hear of. */
export const webhookEvents = [
  "question.received",
  "question.answered",
  "answer.sent",
  "answer.feedback",
  "approval.requested",
  "approval.decided",
  "approval.escalated",
  "approval.withdrawn",
  "escalation.raised",
  "escalation.acknowledged",
  "escalation.resolved",
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** What is set for each kind of connection: in the open, and sealed. */
export const connectionSettings = {
  jira: {
    settings: z.strictObject({
      base_url: baseUrl,
      /** `cloud`: REST v3 with documents. `data_center`: REST v2 with wiki markup. */
      edition: z.enum(["cloud", "data_center"]).default("cloud"),
      /** Of the account that the API token belongs to. Data Center: what it signs in with; a personal access token needs none. */
      email: z
        .string()
        .regex(/^[^\s:]{1,200}$/, "what the account signs in with")
        .nullable()
        .default(null),
      /** Asks for changes where Jira's webhooks cannot reach this server, in seconds; null: never. */
      poll_seconds: z.int().min(15).max(3_600).nullable().default(60),
      attachment_limit_mb: z.int().min(1).max(100).default(10),
    }),
    secrets: z.strictObject({ token: secret, webhook_secrets: webhookSecrets }),
  },
  pagerduty: {
    settings: z.strictObject({
      /** EU: https://events.eu.pagerduty.com and https://api.eu.pagerduty.com. */
      events_url: baseUrl.default("https://events.pagerduty.com"),
      api_url: baseUrl.default("https://api.pagerduty.com"),
      /** Whose name notes and responder requests carry: a user of PagerDuty. */
      from_email: z.email().nullable().default(null),
      /** By its id, `PABC123`: whose people on call are named. Null: the service that has the routing key. */
      service_id: z
        .string()
        .regex(/^[A-Z0-9]{4,20}$/, "an id as its address in PagerDuty ends with")
        .nullable()
        .default(null),
      poll_seconds: z.int().min(15).max(3_600).nullable().default(60),
    }),
    /** `routing_key`: the integration key of the service. `api_token`: REST, for notes, responders and names. */
    secrets: z.strictObject({
      routing_key: secret,
      api_token: secret.nullable().default(null),
      webhook_secrets: webhookSecrets,
    }),
  },
  servicenow: {
    settings: z.strictObject({
      base_url: baseUrl,
      username: z.string().min(1).max(200),
      /** What it is closed with, where somebody settles it here: one of the instance's resolution codes. */
      close_code: z.string().min(1).max(100).default("Solution provided"),
      poll_seconds: z.int().min(15).max(3_600).nullable().default(60),
    }),
    /** `webhook_secrets`: what its outbound REST message signs with, or shows as a bearer token. */
    secrets: z.strictObject({ password: secret, webhook_secrets: webhookSecrets }),
  },
  webhook: {
    settings: z.strictObject({
      url: z.url({ protocol: /^https?$/, error: "an https address" }),
      events: z.array(z.enum(webhookEvents)).min(1),
      /** Whether questions and answers are sent in words, or by their ids alone. */
      with_text: z.boolean().default(false),
    }),
    /** Every one of them signs each message, newest first. */
    secrets: z.strictObject({ signing_secrets: z.array(z.string().min(24).max(400)).min(1).max(3) }),
  },
} as const satisfies Record<ConnectionKind, { readonly settings: z.ZodType; readonly secrets: z.ZodType }>;

export type SettingsOf<K extends ConnectionKind> = z.output<(typeof connectionSettings)[K]["settings"]>;
export type SecretsOf<K extends ConnectionKind> = z.output<(typeof connectionSettings)[K]["secrets"]>;
