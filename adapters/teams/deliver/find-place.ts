import { LRUCache } from "lru-cache";
import type { Database } from "../../../core/database.ts";
import type { Address } from "../../../core/delivery/address.ts";
import type { ThreadRef } from "../../../core/delivery/channel.ts";
import type { ConversationReference } from "../../../core/delivery/conversation-reference.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { TeamsBot, TeamsClient, TeamsPlace } from "../client/teams-client.ts";
import { parseThreadKey, splitConversationId, type TeamsPlaceKind, type TeamsThread } from "../thread-key.ts";
import type { MessagePace } from "./message-pace.ts";

/** Where a thread is, and the bot that reaches it. */
export interface FoundPlace {
  readonly bot: TeamsBot;
  readonly place: TeamsPlace;
  readonly kind: TeamsPlaceKind;
  /** Teams' own id (`29:…`) of the person whose chat it is; null elsewhere, or where it is not known. */
  readonly personId: string | null;
}

export interface PlaceFinder {
  /**
   * Where a thread is; a chat that a person has yet to begin is begun. Throws `channel_refused` where the bot has no way
   * there, and what `TeamsBot` throws.
   * @param address of a message in the thread, or of the question that it is about.
   */
  find(thread: ThreadRef, address: Address): Promise<FoundPlace>;
}

export interface PlacePorts {
  readonly client: TeamsClient;
  readonly database: Pick<Database, "withTenant">;
  readonly pace: MessagePace;
}

type Direct = Extract<TeamsThread, { kind: "direct" }>;

const chatsRemembered = 10_000;
const threadsRemembered = 20_000;
/** A person who removes the bot and adds it again is found anew. */
const chatRememberedMs = 600_000;

export function createPlaceFinder({ client, database, pace }: PlacePorts): PlaceFinder {
  const chats = new LRUCache<string, Pick<FoundPlace, "place" | "personId">>({
    max: chatsRemembered,
    ttl: chatRememberedMs,
  });

  /** Told by one message of a thread, and good for all of them. */
  const serviceUrls = new LRUCache<string, string>({ max: threadsRemembered });

  const reference = (
    tenant: TenantId,
    workspaceId: string,
    kind: ConversationReference["kind"],
    externalId: string,
  ): Promise<ConversationReference | null> =>
    database.withTenant(tenant, ({ references }) =>
      references.find({ channel: "teams", workspaceId, kind, externalId }),
    );

  /** Where nothing is told of a place, any other of its Microsoft tenant tells: Teams serves each from one region. */
  async function anyServiceUrl(tenant: TenantId, msTenantId: string): Promise<string> {
    const known = await database.withTenant(tenant, ({ references }) => references.list("teams", msTenantId));
    const url = known.flatMap(({ address }) => address["serviceUrl"] ?? [])[0];
    if (url === undefined) throw unreachable();
    return url;
  }

  async function serviceUrlOf(
    tenant: TenantId,
    { kind, msTenantId, conversationId }: Exclude<TeamsThread, Direct>,
  ): Promise<string> {
    const known =
      kind === "personal"
        ? null
        : await reference(
            tenant,
            msTenantId,
            kind === "channel" ? "channel" : "chat",
            splitConversationId(conversationId).baseId,
          );
    return known?.address["serviceUrl"] ?? (await anyServiceUrl(tenant, msTenantId));
  }

  async function openChat(
    tenant: TenantId,
    bot: TeamsBot,
    { msTenantId, userAadId }: Direct,
    address: Address,
  ): Promise<Pick<FoundPlace, "place" | "personId">> {
    const known = await reference(tenant, msTenantId, "person", userAadId);
    const { conversationId, serviceUrl, userId = null } = known?.address ?? {};
    if (conversationId !== undefined && serviceUrl !== undefined)
      return { place: { serviceUrl, conversationId }, personId: userId };
    const url = serviceUrl ?? address["serviceUrl"] ?? (await anyServiceUrl(tenant, msTenantId));
    await pace.take(msTenantId, `person ${userAadId}`);
    const chat = await pace.heed(`person ${userAadId}`, () =>
      bot.createConversation({ kind: "personal", serviceUrl: url, userId: userAadId }),
    );
    return { place: { serviceUrl: url, conversationId: chat.conversationId }, personId: userId };
  }

  return {
    async find({ tenantId, key }, address) {
      const thread = parseThreadKey(key);
      const bot = client.bot(thread.msTenantId);
      if (thread.kind !== "direct") {
        const told = address["serviceUrl"] ?? serviceUrls.get(`${tenantId} ${key}`);
        const serviceUrl = told ?? (await serviceUrlOf(tenantId, thread));
        serviceUrls.set(`${tenantId} ${key}`, serviceUrl);
        const { conversationId, kind } = thread;
        return { bot, kind, place: { serviceUrl, conversationId }, personId: null };
      }
      const person = `${tenantId} ${thread.msTenantId} ${thread.userAadId}`;
      const chat = chats.get(person) ?? (await openChat(tenantId, bot, thread, address));
      chats.set(person, chat);
      return { bot, kind: "personal", ...chat };
    },
  };
}

const unreachable = (): ExpertError =>
  new ExpertError("channel_refused", "The bot was told of no conversation in this Microsoft tenant yet.", {
    remedy:
      "Have anyone there write to the bot, or add it to a team; it learns from that how Teams is reached.",
  });
