import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import { ExpertError } from "../../../core/errors.ts";
import { isAllowedServiceUrl, isOnThisMachine } from "../service-url.ts";
import { splitConversationId } from "../thread-key.ts";
import { type BotTokens, type BotTokenSettings, createBotTokens } from "./bot-tokens.ts";
import { CallFailure } from "./call-failure.ts";
import { callOnce } from "./call-once.ts";
import { type Connector, createConnectors } from "./connector.ts";
import type {
  MembersPage,
  OutgoingActivity,
  TeamsBot,
  TeamsClient,
  TeamsMember,
  TeamsPlace,
} from "./teams-client.ts";
import { teamsFailure, translateTeamsError } from "./translate-error.ts";

export interface TeamsClientSettings extends BotTokenSettings {
  /** On this machine in tests, where services may then be so too. */
  readonly metadataUrl: string;
}

const defaultTimeoutMs = 10_000;
const membersAtOnce = 500;

/** The one place that speaks to Teams: botbuilder's clients, with our errors, each call made once. */
export function createTeamsClient(
  settings: TeamsClientSettings,
  ports: { readonly clock: Clock },
): TeamsClient {
  const { timeoutMs = defaultTimeoutMs } = settings;
  const tokens = createBotTokens(settings, ports);
  const allowsLocal = isOnThisMachine(settings.metadataUrl);
  const connectors = createConnectors({ ...ports, tokens }, { allowsLocal, timeoutMs });
  const botId = `28:${settings.appId}`;

  const call = async <T>(serviceUrl: string, work: (connector: Connector) => Promise<T>): Promise<T> => {
    const token = await tokens.token();
    try {
      return await work(connectors.at(serviceUrl));
    } catch (error) {
      throw translate(error, tokens, token);
    }
  };

  const sentTo = (conversationId: string, activity: OutgoingActivity): SentActivity =>
    asSent(activity, { from: { id: botId }, conversation: conversationOf(conversationId, activity) });

  const botOf = (msTenantId: string): TeamsBot => ({
    msTenantId,
    botId,
    send: ({ serviceUrl, conversationId }, activity) =>
      call(serviceUrl, async ({ conversations }) => {
        const sent = await conversations.sendToConversation(conversationId, sentTo(conversationId, activity));
        return idOf(sent);
      }),
    update: ({ serviceUrl, conversationId }, activityId, activity) =>
      call(serviceUrl, async ({ conversations }) => {
        await conversations.updateActivity(conversationId, activityId, {
          ...sentTo(conversationId, activity),
          id: activityId,
        });
      }),
    remove: ({ serviceUrl, conversationId }, activityId) =>
      call(serviceUrl, async ({ conversations }) => {
        await conversations.deleteActivity(conversationId, activityId);
      }),
    createConversation: (wanted) =>
      call(wanted.serviceUrl, async ({ conversations }) => {
        const tenant = { tenant: { id: msTenantId } };
        const created: unknown = await conversations.createConversation(
          wanted.kind === "personal"
            ? parameters({ isGroup: false, members: [{ id: wanted.userId }], channelData: tenant })
            : parameters({
                isGroup: true,
                activity: asSent(wanted.activity, { from: { id: botId } }),
                channelData: { ...tenant, channel: { id: wanted.channelId } },
              }),
        );
        const { id, activityId } = createdSchema.parse(created);
        return { conversationId: id, activityId: activityId ?? null };
      }),
    members: (place, continuation) =>
      call(place.serviceUrl, async ({ conversations }): Promise<MembersPage> => {
        const wanted = { pageSize: membersAtOnce, continuationToken: continuation };
        const page: unknown = await conversations.getConversationPagedMembers(
          rosterOf(place),
          wanted as PageWanted,
        );
        const { members, continuationToken } = membersSchema.parse(page);
        return {
          members: members ?? [],
          continuation: continuationToken === "" ? null : (continuationToken ?? null),
        };
      }),
    async member(place, userId) {
      try {
        return await call(place.serviceUrl, async ({ conversations }): Promise<TeamsMember> => {
          const member: unknown = await conversations.getConversationMember(rosterOf(place), userId);
          return memberSchema.parse(member);
        });
      } catch (error) {
        if (teamsFailure(error)?.status === 404) return null;
        throw error;
      }
    },
    channels: (serviceUrl, teamId) =>
      call(serviceUrl, async ({ teams }) => {
        const list: unknown = await teams.fetchChannelList(teamId);
        return channelsSchema.parse(list).conversations ?? [];
      }),
    async download(url, limitBytes) {
      if (!isAllowedServiceUrl(url, allowsLocal)) {
        throw new ExpertError("channel_refused", "A picture is not read without encryption.");
      }
      const token = await tokens.token();
      try {
        const headers = { authorization: `Bearer ${token}` };
        const answer = await callOnce({ url, method: "GET", headers, body: null, timeoutMs, limitBytes });
        if (answer.status !== 200) throw new CallFailure(answer, ports.clock.now());
        return answer.body;
      } catch (error) {
        throw translate(error, tokens, token);
      }
    },
  });

  return { bot: botOf };

  function parameters(more: object): Parameters<Connector["conversations"]["createConversation"]>[0] {
    return { bot: { id: botId }, ...more } as Parameters<Connector["conversations"]["createConversation"]>[0];
  }
}

/** A token that grew old early is worth another attempt; one that was just given is not. */
function translate(error: unknown, tokens: BotTokens, token: string): ExpertError {
  const mayPass = teamsFailure(error)?.status === 401 && tokens.reject(token);
  if (!mayPass) return translateTeamsError(error);
  return new ExpertError("channel_unavailable", "Teams takes the bot's token no more; it gets a new one.", {
    cause: error,
  });
}

/** Botbuilder's type wants a continuation of the first page too. */
type PageWanted = Exclude<
  Parameters<Connector["conversations"]["getConversationPagedMembers"]>[1],
  undefined
>;

type SentActivity = Parameters<Connector["conversations"]["sendToConversation"]>[1];

/** Botbuilder's type knows less than Teams. */
const asSent = (activity: OutgoingActivity, more: object): SentActivity =>
  ({ channelId: "msteams", ...activity, ...more }) as unknown as SentActivity;

/** A stream names the kind of its conversation: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/streaming-ux */
const conversationOf = (id: string, { entities = [] }: OutgoingActivity): object => ({
  ...(entities.some(({ type }) => type === "streaminfo") ? { conversationType: "personal" } : {}),
  id,
});

const idOf = (sent: unknown): string => z.object({ id: z.string() }).safeParse(sent).data?.id ?? "";

/** Members belong to the whole conversation, not to a thread in it. */
const rosterOf = ({ conversationId }: TeamsPlace): string => splitConversationId(conversationId).baseId;

const text = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === "" ? null : value));

const createdSchema = z.object({ id: z.string().min(1), activityId: z.string().nullish() });

const memberSchema = z
  .object({
    id: z.string(),
    aadObjectId: text,
    objectId: text,
    name: text,
    givenName: text,
    email: text,
    userPrincipalName: text,
    tenantId: text,
    userRole: text,
    role: text,
  })
  .transform((member): TeamsMember => ({
    id: member.id,
    aadObjectId: (member.aadObjectId ?? member.objectId)?.toLowerCase() ?? null,
    name: member.name ?? "",
    givenName: member.givenName,
    email: member.email,
    userPrincipalName: member.userPrincipalName,
    msTenantId: member.tenantId?.toLowerCase() ?? null,
    role: member.userRole ?? member.role,
  }));

const membersSchema = z.object({
  members: z.array(memberSchema).nullish(),
  continuationToken: z.string().nullish(),
});

const channelsSchema = z.object({
  conversations: z.array(z.object({ id: z.string(), name: text, type: text })).nullish(),
});
