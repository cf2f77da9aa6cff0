import { z } from "zod";

export const auditEventSchema = z
  .object({
    id: z.uuid(),
    event: z.string(),
    status: z.enum(["started", "success", "error", "denied"]),
    userId: z.uuid().nullable(),
    resourceType: z.string().nullable(),
    resourceId: z.uuid().nullable(),
    model: z.string().nullable(),
    latencyMs: z.int().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "AuditEvent" });
export const auditListSchema = z.object({
  items: z.array(auditEventSchema),
  nextCursor: z.string().nullable(),
});
