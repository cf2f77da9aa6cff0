import { Router } from "express";
import type { AuditLog } from "../../../core/audit/audit-event.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { InstallFlow } from "../../../core/identity/install-flow.ts";
import { canInstall } from "../../../core/identity/policy.ts";
import { identityOf } from "../authenticate.ts";

export interface SlackRoutePorts {
  readonly audit: AuditLog;
  readonly slackInstall?: InstallFlow | null;
}

/** What admins do about Slack. */
export function slackRoutes({ audit, slackInstall }: SlackRoutePorts): Router {
  const router = Router();
  router.post("/slack/install-link", async (request, response) => {
    const { member } = identityOf(request);
    if (!canInstall(member)) {
      throw new ExpertError("forbidden", "Only admins add The Expert to Slack.", { remedy: "Ask an admin." });
    }
    if (!slackInstall) {
      throw new ExpertError("not_found", "Adding workspaces to Slack is not set up here.", {
        remedy: "Set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and PUBLIC_URL, and start The Expert again.",
      });
    }
    await audit.append(member.tenantId, [
      {
        event: "channel.installed",
        status: "started",
        userId: member.id,
        resourceType: "installation",
        metadata: { channel: "slack", by: "link" },
      },
    ]);
    const { url, expiresAt } = slackInstall.link(member.tenantId, member.id);
    response.json({ url, expiresAt: expiresAt.toISOString() });
  });
  return router;
}
