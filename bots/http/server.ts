import type { RequestListener } from "node:http";
import express, { Router } from "express";
import helmet from "helmet";
import { type HookBotPorts, hookHandlers } from "../hooks.ts";
import { slackHandler, type SlackBotPorts } from "../slack.ts";
import type { InstallFlow } from "../../core/identity/install-flow.ts";
import { slackInstall } from "../slack-install.ts";
import { teamsHandler, type TeamsBotPorts } from "../teams.ts";
import { webBot, type WebBotPorts } from "../web.ts";
import { authenticate, recordRefusals, refuseCrossSite } from "./authenticate.ts";
import { handleErrors, notFound } from "./http-errors.ts";
import { healthRoutes } from "./health.ts";
import { openApiRoutes } from "./openapi.ts";
import { pageRoutes } from "./page.ts";
import { createApprovalWatch } from "../../core/approvals/watch-approvals.ts";
import { approvalPolicyRoutes } from "./routes/approval-policies.ts";
import { approvalSettingsRoutes } from "./routes/approval-settings.ts";
import { approvalStreamRoutes } from "./routes/approval-stream.ts";
import { type ApprovalRoutePorts, approvalRoutes } from "./routes/approvals.ts";
import { auditRoutes } from "./routes/audit.ts";
import { budgetRoutes } from "./routes/budgets.ts";
import { type ConnectionRoutePorts, connectionRoutes } from "./routes/connections.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { dispatchRoutes } from "./routes/dispatches.ts";
import { documentRoutes, type DocumentPorts } from "./routes/documents.ts";
import { escalationPolicyRoutes } from "./routes/escalation-policies.ts";
import { type EscalationRoutePorts, escalationRoutes } from "./routes/escalations.ts";
import { slackRoutes } from "./routes/slack.ts";
import { sessionRoutes, type SessionOptions, type SessionPorts } from "./routes/session.ts";
import type { Logger } from "../../core/logger.ts";

export interface ServerPorts
  extends
    WebBotPorts,
    SessionPorts,
    DocumentPorts,
    SlackBotPorts,
    TeamsBotPorts,
    HookBotPorts,
    ApprovalRoutePorts,
    EscalationRoutePorts,
    ConnectionRoutePorts {
  readonly logger: Logger;
  /** Null or absent where no Slack app is configured for OAuth. */
  readonly slackInstall?: InstallFlow | null;
}

export interface ServerOptions extends SessionOptions {
  readonly uploadLimitBytes: number;
  /** The folder of the built page, or null for the API alone. */
  readonly pageFolder: string | null;
  /** Where this server is reached from outside; null or absent where nobody has said. */
  readonly publicUrl?: string | null;
}

const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    "default-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  },
};

/** The HTTP application over its ports; it listens nowhere and reads no environment. */
export function createServer(ports: ServerPorts, options: ServerOptions): RequestListener {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(healthRoutes(() => ports.database.tenants()));
  app.use("/v1", apiRoutes(ports, options));
  if (ports.slackInstall) app.use(slackInstall(ports.slackInstall));
  if (options.pageFolder !== null) {
    app.use(
      helmet({ contentSecurityPolicy, strictTransportSecurity: false }),
      pageRoutes(options.pageFolder),
    );
  }
  app.use(notFound);
  app.use(handleErrors(ports.logger));
  const raw = [slackHandler(ports), teamsHandler(ports), ...hookHandlers(ports)];
  return (request, response) => {
    // Express 5 answers promises that handlers return; the server itself wants no promise.
    if (!raw.some((handle) => handle(request, response))) app(request, response);
  };
}

/** Everything under `/v1`. */
export function apiRoutes(ports: ServerPorts, options: ServerOptions): Router {
  const api = Router();
  api.use((_request, response, next) => {
    response.set({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    next();
  });
  api.use(openApiRoutes());
  api.use(sessionRoutes(ports, options));
  // What comes from another site is refused once it is known in whose name, so that the refusal is recorded.
  api.use(authenticate(ports, options.secret), refuseCrossSite);
  api.use(webBot(ports));
  api.use(conversationRoutes(ports));
  api.use(documentRoutes(ports, options));
  const watch = createApprovalWatch(ports);
  // Before what is named by an id.
  api.use(approvalStreamRoutes(ports, watch));
  api.use(approvalRoutes(ports, watch));
  api.use(approvalSettingsRoutes(ports));
  api.use(approvalPolicyRoutes(ports));
  api.use(escalationRoutes(ports));
  api.use(escalationPolicyRoutes(ports));
  api.use(connectionRoutes(ports, options.publicUrl ?? null));
  api.use(dispatchRoutes(ports));
  api.use(budgetRoutes(ports));
  api.use(auditRoutes(ports));
  api.use(slackRoutes(ports));
  api.use(notFound);
  api.use(recordRefusals(ports.audit));
  return api;
}
