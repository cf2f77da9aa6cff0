import { ExpertError } from "../../../core/errors.ts";
import type { Installation } from "../../../core/identity/installation.ts";

/** What is thrown where the bot may not speak in a workspace any more. */
export const installationEnded = (
  { workspaceName, workspaceId, state }: Installation,
  cause?: unknown,
): ExpertError =>
  new ExpertError(
    "channel_refused",
    state === "uninstalled"
      ? `The Expert was removed from the Slack workspace ${workspaceName}.`
      : `The Expert may no longer speak in the Slack workspace ${workspaceName}.`,
    {
      remedy: "Let an admin add it again: `npm run expert -- slack link`.",
      facts: { workspaceId },
      cause,
    },
  );
