import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { releaseWorkspace } from "../../../core/identity/release-workspace.ts";
import type { TenantId } from "../../../core/ids.ts";

/**
 * Gives a Microsoft tenant up, so that another company may connect it: nothing from there is taken in any more, and where
 * the bot was added is forgotten. Microsoft tells nobody when it is taken out everywhere, so that this ends it. What was
 * asked there stays the company's. Throws `not_found` where it is not the company's.
 */
export async function releaseMicrosoftTenant(
  { database, clock }: { readonly database: Pick<Database, "withTenant">; readonly clock: Clock },
  tenant: TenantId,
  msTenantId: string,
): Promise<void> {
  await database.withTenant(tenant, async ({ installations }) => {
    await installations.end("teams", msTenantId, "uninstalled", [
      {
        event: "channel.uninstalled",
        status: "success",
        userId: null,
        resourceType: "installation",
        metadata: { channel: "teams", workspaceId: msTenantId, by: "command" },
      },
    ]);
  });
  await releaseWorkspace({ database }, { tenant, channel: "teams", workspaceId: msTenantId });
  const at = clock.now();
  await database.withTenant(tenant, async ({ references }) => {
    for (const reference of await references.list("teams", msTenantId)) {
      await references.forget(reference, { at, audit: [] });
    }
  });
}
