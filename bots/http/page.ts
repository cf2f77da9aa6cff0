import compression from "compression";
import { Router, static as files } from "express";

const yearMs = 365 * 24 * 60 * 60 * 1_000;

/** The built page: its files may be kept for ever, since their names change with their content; the page itself not. */
export function pageRoutes(folder: string): Router {
  const router = Router();
  router.use(compression());
  router.use(
    "/assets",
    files(`${folder}/assets`, { immutable: true, maxAge: yearMs, index: false, fallthrough: false }),
  );
  router.use(files(folder, { index: false, maxAge: 0 }));
  // Every other address is a place inside the page.
  router.get(/^(?!\/(v1|health)\/).*/, (_request, response) => {
    response.set("cache-control", "no-cache").sendFile("index.html", { root: folder });
  });
  return router;
}
