import { Router, type Response } from "express";
import { isExpertError } from "../core/errors.ts";
import type { InstallFlow, InstallOutcome } from "../core/identity/install-flow.ts";
import { pickLanguage, renderInstallPage } from "./slack-install-page.ts";

/** Nothing but the page's own style, which stands in it. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** "Add to Slack": sends a browser to Slack's consent page, and tells what became of it when it comes back. */
export function slackInstall(flow: InstallFlow): Router {
  const router = Router();
  const show = (response: Response, status: number, outcome: InstallOutcome): void => {
    response
      .status(status)
      .type("html")
      .send(renderInstallPage(outcome, pickLanguage(response.req.headers["accept-language"])));
  };

  router.use("/slack", (_request, response, next) => {
    response.set({
      "cache-control": "no-store",
      "content-security-policy": pagePolicy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    next();
  });

  router.get("/slack/install", async (request, response) => {
    const { ticket } = request.query;
    try {
      const { location, cookies } = await flow.begin(typeof ticket === "string" ? ticket : "");
      response.append("set-cookie", [...cookies]).redirect(302, location);
    } catch (error) {
      if (!isExpertError(error, "unauthenticated")) throw error;
      show(response, 403, { kind: "failed", reason: "link_expired", detail: null });
    }
  });

  router.get("/slack/oauth_redirect", async (request, response) => {
    const { outcome, cookies } = await flow.finish({
      url: request.originalUrl,
      cookie: request.headers.cookie,
    });
    response.append("set-cookie", [...cookies]);
    show(response, outcome.kind === "installed" ? 200 : statusOf[outcome.reason], outcome);
  });
  return router;
}

const statusOf = {
  denied: 403,
  link_expired: 403,
  other_browser: 400,
  other_company: 409,
  refused: 502,
  unavailable: 503,
} as const satisfies Record<Extract<InstallOutcome, { kind: "failed" }>["reason"], number>;
