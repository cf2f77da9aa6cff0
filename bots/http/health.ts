import { Router } from "express";

/** `/health/live`: the process runs. `/health/ready`: it can do its work, which `check` rejects where it cannot. */
export function healthRoutes(check: () => Promise<unknown>): Router {
  const router = Router();
  router.get("/health/live", (_request, response) => {
    response.json({ status: "live" });
  });
  router.get("/health/ready", async (_request, response) => {
    await check();
    response.json({ status: "ready" });
  });
  return router;
}
