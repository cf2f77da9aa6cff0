import type { Database } from "../database.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import { ExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import type { Installation } from "./installation.ts";

export interface ReleaseWorkspace {
  readonly tenant: TenantId;
  readonly channel: ChannelName;
  readonly workspaceId: string;
}

/**
 * Gives a workspace up in which the bot's installation has ended, so that another tenant may install it there; returns
 * what it was. What was asked there stays the tenant's. Throws `not_found`, and `conflict` while the bot is installed.
 */
export async function releaseWorkspace(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  { tenant, channel, workspaceId }: ReleaseWorkspace,
): Promise<Installation> {
  const released = await database.withTenant(tenant, async ({ installations }) => {
    const found = await installations.find(channel, workspaceId);
    if (!found) {
      throw new ExpertError("not_found", `The bot was never installed in ${workspaceId} for this company.`, {
        remedy: `Name ${channel === "teams" ? "the Microsoft tenant by its id" : "the workspace as its address does, T… or E…"}, and the company that it belongs to.`,
      });
    }
    const { workspaceName } = found;
    const given = await installations.release(channel, workspaceId, [
      {
        event: "channel.released",
        status: "success",
        userId: null,
        resourceType: "installation",
        metadata: { channel, workspaceId, workspaceName },
      },
    ]);
    return given ? found : null;
  });
  if (released) return released;
  throw new ExpertError("conflict", `The bot is still installed in ${workspaceId}.`, {
    remedy: "Have an admin of the workspace remove the app first; then release it.",
  });
}
