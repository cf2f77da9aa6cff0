import type { Address } from "../../../core/delivery/address.ts";
import type { TenantId } from "../../../core/ids.ts";
import { callSlack } from "../client/slack-client.ts";
import { parseThreadKey } from "../thread-key.ts";
import type { SlackWorkspaces } from "../workspaces.ts";

/** Where a question is opened by those who read its thread; null where its asker alone does, or Slack does not tell. */
export async function threadPermalink(
  workspaces: Pick<SlackWorkspaces, "bot">,
  tenant: TenantId,
  { threadKey, address }: { readonly threadKey: string; readonly address: Address },
): Promise<string | null> {
  const place = parseThreadKey(threadKey);
  if (place.kind !== "thread") return null;
  const ts = address["ts"] ?? place.threadTs;
  const answer = await callSlack(async () => {
    const { client } = await workspaces.bot(tenant, place.workspaceId);
    return await client.chat.getPermalink({ channel: place.channelId, message_ts: ts });
  }).catch(() => null);
  return answer?.permalink ?? null;
}
