import { Router } from "express";
import type { Database } from "../../../core/database.ts";
import { ExpertError } from "../../../core/errors.ts";
import { canReadAudit } from "../../../core/identity/policy.ts";
import { identityOf } from "../authenticate.ts";
import { pageQuerySchema } from "../contract/page.ts";
import { parseInput } from "../http-errors.ts";

/** The audit trail, for admins; reading it is itself recorded. */
export function auditRoutes({ database }: { readonly database: Database }): Router {
  const router = Router();
  router.get("/audit", async (request, response) => {
    const { member } = identityOf(request);
    if (!canReadAudit(member)) {
      throw new ExpertError("forbidden", "Only admins read the audit trail.", { remedy: "Ask an admin." });
    }
    const { cursor, limit } = parseInput(pageQuerySchema, request.query);
    const page = await database.withTenant(member.tenantId, async ({ audit }) => {
      await audit.append([
        { event: "admin.audit_read", status: "success", userId: member.id, resourceType: "audit" },
      ]);
      return await audit.list({ cursor: cursor ?? null, limit });
    });
    response.json({
      items: page.items.map((event) => ({
        id: event.id,
        event: event.event,
        status: event.status,
        userId: event.userId,
        resourceType: event.resourceType ?? null,
        resourceId: event.resourceId ?? null,
        model: event.model ?? null,
        latencyMs: event.latencyMs ?? null,
        metadata: event.metadata ?? {},
        createdAt: event.createdAt.toISOString(),
      })),
      nextCursor: page.nextCursor,
    });
  });
  return router;
}
