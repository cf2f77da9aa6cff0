import { z } from "zod";
import { workingHours } from "../approvals/working-hours.ts";
import { sensitivities } from "../identity/access.ts";
import { severities } from "./trigger.ts";

/** To what something escalates. */
const destination = z.enum(["none", "ticket", "page", "both"]);

const ticket = z.strictObject({
  /** The name of a connection to Jira or ServiceNow. */
  connection: z.string().min(1).max(80),
  /** Jira's project key; ServiceNow needs none. */
  project: z.string().min(1).max(80).nullable().default(null),
  /** By its name; ServiceNow needs none. */
  issue_type: z.string().min(1).max(80).nullable().default(null),
  /** Further fields by the vendor's own names, written as they stand. */
  fields: z.record(z.string().min(1).max(80), z.json()).default({}),
  /** The vendor's name of each severity: Jira's priority, ServiceNow's urgency (`1` to `3`). */
  priorities: z.partialRecord(z.enum(severities), z.string().min(1).max(80)).default({}),
  /** Jira's transitions by name, tried when somebody acknowledges or resolves in the thread. */
  transitions: z
    .strictObject({
      acknowledge: z.string().min(1).max(80).nullable().default(null),
      resolve: z.string().min(1).max(80).nullable().default("Done"),
    })
    .prefault({}),
  /** Where the resolver writes the answer: their last public comment, or a field by the vendor's name. */
  answer_from: z.string().min(1).max(80).default("last_comment"),
  /** ServiceNow's configuration item, by name: looked up and shown for context. */
  configuration_item: z.string().min(1).max(200).nullable().default(null),
});

const page = z.strictObject({
  /** The name of a connection to PagerDuty. */
  connection: z.string().min(1).max(80),
  /** PagerDuty's severity for each of ours. */
  severities: z.partialRecord(z.enum(severities), z.enum(severities)).default({}),
  /** Whom to ask to join, by e-mail address; needs the connection's REST key. */
  responders: z.array(z.email()).max(10).default([]),
  /** Milder ones page nobody. */
  from_severity: z.enum(severities).default("info"),
});

/** What of a department's questions becomes a ticket or a page, where, and how urgent. */
export const escalationPolicy = z
  .strictObject({
    on: z
      .strictObject({
        overdue: destination.default("none"),
        rejected: destination.default("none"),
        asked_for: destination.default("none"),
        critical: destination.default("none"),
        wrong: destination.default("none"),
      })
      .prefault({}),
    severity: z
      .strictObject({
        overdue: z.enum(severities).default("warning"),
        rejected: z.enum(severities).default("warning"),
        asked_for: z.enum(severities).default("info"),
        critical: z.enum(severities).default("critical"),
        wrong: z.enum(severities).default("warning"),
      })
      .prefault({}),
    /** Besides those that the product knows, English and Thai: words that make a question critical. */
    critical_words: z.array(z.string().trim().min(2).max(80)).max(100).default([]),
    ticket: ticket.nullable().default(null),
    page: page.nullable().default(null),
    /** Outside of these hours nobody is paged but for what is critical: the page waits until they begin. */
    working_hours: workingHours.nullable().default(null),
    /** Drafts and quotes that rest on documents of a stricter label stay out of tickets and pages. */
    share_up_to: z.enum(sensitivities).default("confidential"),
  })
  .refine(
    ({ on, ticket }) => ticket !== null || !Object.values(on).some((to) => to === "ticket" || to === "both"),
    {
      path: ["ticket"],
      message: "say where tickets go",
    },
  )
  .refine(
    ({ on, page }) => page !== null || !Object.values(on).some((to) => to === "page" || to === "both"),
    {
      path: ["page"],
      message: "say where pages go",
    },
  );
/** As it is written, and as it is kept. */
export type EscalationPolicyText = z.input<typeof escalationPolicy>;
export type EscalationPolicy = z.output<typeof escalationPolicy>;

/** Of a department that has none: nothing escalates. */
export const noEscalation: EscalationPolicy = escalationPolicy.parse({});
