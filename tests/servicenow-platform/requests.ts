import { z } from "zod";

/**
 * What the Table API and the Attachment API take, as ServiceNow's documentation has it
 * (https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html and c_AttachmentAPI.html); ServiceNow
 * publishes no machine-readable description. Unknown names are refused, which ServiceNow itself ignores.
 */
const truth = z.enum(["true", "false"]);
const fieldList = z.string().regex(/^[a-z][a-z0-9_.]*(,[a-z][a-z0-9_.]*)*$/);
const shown = {
  sysparm_fields: fieldList.optional(),
  sysparm_display_value: z.enum(["true", "false", "all"]).optional(),
  sysparm_exclude_reference_link: truth.optional(),
};
const limit = z.string().regex(/^[1-9]\d{0,4}$/);

export const queries = {
  list: z.strictObject({
    ...shown,
    sysparm_query: z.string().optional(),
    sysparm_limit: limit.optional(),
    sysparm_offset: z.string().regex(/^\d+$/).optional(),
  }),
  record: z.strictObject(shown),
  files: z.strictObject({ sysparm_query: z.string().optional(), sysparm_limit: limit.optional() }),
  attach: z.strictObject({
    table_name: z.literal("incident"),
    table_sys_id: z.string().regex(/^[0-9a-f]{32}$/),
    file_name: z.string().min(1).max(255),
  }),
} as const;

const level = z.enum(["1", "2", "3"]);
const writable = {
  short_description: z.string().min(1).max(160),
  description: z.string().max(4_000),
  urgency: level,
  impact: level,
  state: z.enum(["1", "2", "3", "6", "7", "8"]),
  cmdb_ci: z.string().regex(/^[0-9a-f]{32}$/),
  caller_id: z.string().min(1),
  category: z.string().min(1),
  assignment_group: z.string().min(1),
  correlation_id: z.string().min(1).max(100),
  correlation_display: z.string().max(100),
  close_code: z.string().min(1).max(40),
  close_notes: z.string().min(1).max(4_000),
  comments: z.string().min(1).max(4_000),
  work_notes: z.string().min(1).max(4_000),
};
export const incidentBodies = {
  create: z.strictObject(writable).partial().required({ short_description: true }),
  update: z.strictObject(writable).partial(),
} as const;
