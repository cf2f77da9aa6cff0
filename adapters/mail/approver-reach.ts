import type { ApproverReach } from "../../core/approvals/approver-reach.ts";
import type { Database } from "../../core/database.ts";
import type { UserId } from "../../core/ids.ts";
import { isDeliverable, mailPlace } from "./mail-place.ts";

/** Mail has no workspaces: everybody's address is their company's word. */
const workspaceId = "mail";

/** Everyone who is active and has an address that mail can come to is reached. */
export const createMailReach = ({
  database,
}: {
  readonly database: Pick<Database, "withTenant">;
}): ApproverReach => ({
  async reach(tenant, identities) {
    for (const { externalId } of identities) {
      const member = await database.withTenant(tenant, ({ members }) => members.member(externalId as UserId));
      if (member && isDeliverable(member.email)) return mailPlace(member.id);
    }
    return null;
  },
  async lookUp(tenant, email) {
    if (!isDeliverable(email)) return null;
    const member = await database.withTenant(tenant, async ({ identities, members }) => {
      const id = await identities.userByEmail(email);
      return id && (await members.member(id));
    });
    return (
      member && {
        person: { channel: "mail", workspaceId, externalId: member.id },
        profile: { name: member.name, verifiedEmail: member.email, ownMember: true },
        place: mailPlace(member.id),
      }
    );
  },
});
