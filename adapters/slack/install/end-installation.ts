import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "../../../core/database.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import { callSlack } from "../client/slack-client.ts";
import type { SlackEvent } from "../slack-event.ts";
import type { SlackBot, SlackWorkspaces } from "../workspaces.ts";

export interface EndPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly workspaces: SlackWorkspaces;
  readonly logger: Logger;
  /** Slack tells of an end before all of its servers know it; how long until it is asked again, in milliseconds. */
  readonly settleMs?: number;
}

export type InstallationEnded = Extract<SlackEvent, { kind: "installation_ended" }>;

const usualSettleMs = 1_000;

/**
 * Honours that the bot was removed or its tokens were revoked: the tokens are forgotten, here and in the database, and
 * the end is audited once. Events come late, twice and in any order: one that is older than a new installation is told
 * by the token that works, and changes nothing. Throws `channel_unavailable` where Slack cannot be asked.
 */
export async function endInstallation(
  ports: EndPorts,
  tenant: TenantId,
  { teamId, organisationId, how }: Pick<InstallationEnded, "teamId" | "organisationId" | "how">,
): Promise<void> {
  const { database, workspaces, logger } = ports;
  const forget = (): void => {
    workspaces.forget(teamId);
    if (organisationId !== null) workspaces.forget(organisationId);
  };
  forget();
  const bot = await speakingBot(workspaces, tenant, teamId, organisationId);
  if (bot === null) return;
  const { workspaceId } = bot;
  if (
    (await isAccepted(bot)) &&
    (await pause(ports.settleMs ?? usualSettleMs, true)) &&
    (await isAccepted(bot))
  ) {
    logger.info("Slack told of an end, but the bot's token works: it was installed again", {
      workspaceId,
      how,
    });
    return;
  }
  await database.withTenant(tenant, ({ installations }) =>
    installations.end("slack", workspaceId, how === "app_uninstalled" ? "uninstalled" : "revoked", [
      {
        event: "channel.uninstalled",
        status: "success",
        userId: null,
        resourceType: "installation",
        metadata: { channel: "slack", workspaceId, how },
      },
    ]),
  );
  forget();
}

/** Null where the end was recorded before. */
async function speakingBot(
  workspaces: SlackWorkspaces,
  tenant: TenantId,
  teamId: string,
  organisationId: string | null,
): Promise<SlackBot | null> {
  try {
    return await workspaces.bot(tenant, teamId, organisationId);
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return null;
    throw error;
  }
}

async function isAccepted({ client }: SlackBot): Promise<boolean> {
  try {
    await callSlack(() => client.auth.test());
    return true;
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return false;
    throw error;
  }
}
