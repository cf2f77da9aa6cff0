import { z } from "zod";

export const installLinkSchema = z
  .object({
    /** Whoever opens it may add the bot to a Slack workspace of theirs, for this company. */
    url: z.url(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "InstallLink" });
