import { Router } from "express";
import type { Database } from "../../core/database.ts";

/** `/health/live`: the process runs. `/health/ready`: it can take questions. */
export function healthRoutes({ database }: { readonly database: Pick<Database, "tenants"> }): Router {
  const router = Router();
  router.get("/health/live", (_request, response) => {
    response.json({ status: "live" });
  });
  router.get("/health/ready", async (_request, response) => {
    await database.tenants();
    response.json({ status: "ready" });
  });
  return router;
}
