import type { ApproverReach } from "../../../core/approvals/approver-reach.ts";
import type { Database } from "../../../core/database.ts";
import type { TenantId } from "../../../core/ids.ts";
import { directPlace, reachKnown, unlessRefused } from "./direct-place.ts";
import { personOf, profileOf } from "./profile.ts";
import type { OpenWorkspace } from "./workspace.ts";
import type { WorkspaceDirectory } from "./workspace-directory.ts";

export interface ReachApproversPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly open: OpenWorkspace;
  readonly directory: Pick<WorkspaceDirectory, "person">;
}

/** How approvers are reached in Slack: by the bot of their own workspace, whichever of the tenant's that is. */
export function reachApprovers(ports: ReachApproversPorts): ApproverReach {
  const { database, open } = ports;

  async function workspacesOf(tenant: TenantId): Promise<readonly string[]> {
    const installations = await database.withTenant(tenant, (stores) => stores.installations.list());
    return installations
      .filter(({ channel, state }) => channel === "slack" && state === "active")
      .map(({ workspaceId }) => workspaceId);
  }

  return {
    reach: (tenant, identities) =>
      reachKnown(ports, identities, {
        homeOf: ({ workspaceId }) => unlessRefused(() => open(tenant, workspaceId)),
        isFirst: () => true,
      }),
    async lookUp(tenant, email) {
      for (const workspaceId of await workspacesOf(tenant)) {
        const workspace = await unlessRefused(() => open(tenant, workspaceId));
        const user = workspace && (await unlessRefused(() => workspace.people.byEmail(email)));
        if (!user) continue;
        const profile = profileOf(workspace, user);
        // An address that this workspace has not confirmed, another one may have.
        if (!profile.ownMember || profile.verifiedEmail === null) continue;
        const person = personOf(user.id, user.teamId);
        return { person, profile, place: directPlace(workspace, person) };
      }
      return null;
    },
  };
}
