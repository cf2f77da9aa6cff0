import { z } from "zod";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { Directory, DirectoryAnswer, DirectoryPerson } from "../../core/identity/groups/directory.ts";
import { groupIn, type GroupId } from "../../core/identity/groups/group-id.ts";
import type { GraphClient } from "./graph-client.ts";

const userSchema = z.object({
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});
type GraphUser = z.output<typeof userSchema>;

const pageSchema = z.object({
  value: z.array(z.object({ "@odata.type": z.string().nullish(), id: z.string() })),
  "@odata.nextLink": z.string().nullish(),
});

const userFields = "displayName,mail,userPrincipalName,userType,accountEnabled";
/** Graph's own limit of a page; with as many pages, more groups than Entra lets anybody be in. */
const pageSize = 999;
const pagesRead = 20;
const guestMark = "#ext#";

/**
 * People and groups of Entra, by Microsoft Graph.
 * @param homeTenantId the one Microsoft tenant that the app may read; null for any that has consented
 */
export function createEntraDirectory(graph: GraphClient, homeTenantId: string | null): Directory {
  return {
    async groupsOf(person) {
      const msTenantId = tenantOf(person);
      if (msTenantId === null || (homeTenantId !== null && msTenantId !== homeTenantId)) {
        return { kind: "unknown" };
      }
      try {
        return await read(graph, msTenantId, person);
      } catch (error) {
        if (isExpertError(error, "channel_refused", "channel_unavailable"))
          return { kind: "unavailable", error };
        const said = new ExpertError("channel_unavailable", "Graph answers in a way that is not read here.", {
          cause: error,
        });
        return { kind: "unavailable", error: said };
      }
    },
  };
}

function tenantOf({ directory }: DirectoryPerson): string | null {
  const [source, msTenantId] = directory.split(":");
  return source === "entra" && msTenantId !== undefined ? msTenantId : null;
}

async function read(
  graph: GraphClient,
  msTenantId: string,
  { directory, externalId }: DirectoryPerson,
): Promise<DirectoryAnswer> {
  const path = `/users/${encodeURIComponent(externalId)}`;
  const answer = await graph.read(msTenantId, `${path}?$select=${userFields}`);
  if (answer === null) return { kind: "unknown" };
  const user = userSchema.parse(answer);
  if (user.accountEnabled === false) return { kind: "unknown" };
  // Graph leaves out what the app may not read.
  if (user.accountEnabled !== true) return { kind: "unavailable", error: hidden() };
  const groups: GroupId[] = [];
  // Without a cast to groups: that would ask an index which lags behind, also for who was taken out.
  let next: string | null = `${path}/transitiveMemberOf?$select=id&$top=${String(pageSize)}`;
  for (let page = 0; next !== null; page += 1) {
    if (page >= pagesRead)
      throw new RangeError(`${externalId} is in more than ${String(groups.length)} groups`);
    const found: unknown = await graph.read(msTenantId, next);
    if (found === null) return { kind: "unknown" };
    const { value, "@odata.nextLink": more } = pageSchema.parse(found);
    for (const one of value) {
      if (one["@odata.type"] === "#microsoft.graph.group") groups.push(groupIn(directory, one.id));
    }
    next = more ?? null;
  }
  const guest = isGuest(user);
  return {
    kind: "known",
    groups,
    name: user.displayName ?? "",
    // A guest's are what somebody else's directory says.
    emails: guest ? [] : [...new Set([user.mail, user.userPrincipalName].flatMap((email) => email ?? []))],
    guest,
  };
}

const isGuest = ({ userType, userPrincipalName }: GraphUser): boolean =>
  userType?.toLowerCase() !== "member" || (userPrincipalName?.toLowerCase().includes(guestMark) ?? false);

const hidden = (): ExpertError =>
  new ExpertError("channel_refused", "Graph does not tell whether accounts are switched off.", {
    remedy:
      "In Entra, App registrations, the bot's registration, API permissions, add User.Read.All of Microsoft Graph under Application permissions, and choose Grant admin consent.",
  });
