import type { ApprovalPorts } from "../../core/approvals/approval-ports.ts";
import type { ApproverReach } from "../../core/approvals/approver-reach.ts";
import type { Closer } from "../../core/close-in-order.ts";
import type { ChannelName } from "../../core/delivery/channel-name.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import { createEscalate } from "../../core/escalation/raise.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import { createTellEscalated, createTellTakenOver } from "../../core/escalation/tell-escalated.ts";
import type { EventSource } from "../../core/inbox/event-source.ts";
import type { EventHandler } from "../../core/inbox/handle-event.ts";
import { createWebChannel } from "../web/channel.ts";
import { connectApprovals } from "./approvals.ts";
import { connectEscalation, type EscalationParts } from "./escalation.ts";
import type { Foundation } from "./foundation.ts";
import type { MailParts, MailPorts } from "./mail.ts";
import { connectSlack, type SlackParts } from "./slack.ts";
import type { TeamsParts, TeamsPorts } from "./teams.ts";

/** Where people are met, who decides there, and who is called beyond. */
export interface ChannelParts extends Omit<EscalationParts, "handlers"> {
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  /** What becomes of the events of channels that send more than questions, and of what outside systems tell. */
  readonly handlers: ReadonlyMap<EventSource, EventHandler>;
  readonly approvals: ApprovalPorts;
  /** Null where no Slack app is configured. */
  readonly slack: SlackParts | null;
  /** Null where no Teams app is configured. */
  readonly teams: TeamsParts | null;
}

type ChatParts = Pick<SlackParts & TeamsParts, "approvers" | "threadUrl" | "channel" | "handler">;

/** Joins the channels with approvals and escalations, each of which reaches people through them. */
export async function connectChannels(foundation: Foundation, closers: Closer[]): Promise<ChannelParts> {
  const { model } = foundation;
  const modelName = model?.chatModel ?? null;
  const embedder = model?.embeddingModel == null ? null : model;
  // Each channel that follows adds how it reaches people, and where its threads are.
  const reach = new Map<ChannelName, ApproverReach>();
  const threadUrls = new Map<ChannelName, NonNullable<EscalationPorts["threadUrl"]>>();
  const approvals = {
    ...connectApprovals({ ...foundation, reach }),
    escalate: createEscalate(foundation),
    tellEscalated: createTellEscalated(foundation),
    tellTakenOver: createTellTakenOver(foundation),
  };
  const { handlers: told, ...escalation } = connectEscalation({
    ...foundation,
    approvals,
    threadUrl: async (tenant, thread) => (await threadUrls.get(thread.channel)?.(tenant, thread)) ?? null,
  });
  const ports = { ...foundation, approvals, escalations: escalation.escalations, modelName, embedder };
  const channels = new Map<ChannelName, Channel>([["web", createWebChannel(foundation.tokens)]]);
  const handlers = new Map<EventSource, EventHandler>(told);
  const join = (name: "slack" | "teams", chat: ChatParts): void => {
    reach.set(name, chat.approvers);
    threadUrls.set(name, chat.threadUrl);
    channels.set(name, chat.channel);
    handlers.set(name, chat.handler);
  };
  const slack = connectSlack(ports, closers);
  if (slack) join("slack", slack);
  const teams = await loadTeams(ports, closers);
  if (teams) join("teams", teams);
  const mail = await loadMail(ports, closers);
  if (mail) {
    reach.set("mail", mail.approvers);
    channels.set("mail", mail.channel);
  }
  return { ...escalation, channels, handlers, approvals, slack, teams };
}

/** Loads what Teams needs only where an app is configured: botbuilder takes about a second to load. */
async function loadTeams(ports: TeamsPorts, closers: Closer[]): Promise<TeamsParts | null> {
  const appId = ports.config.TEAMS_APP_ID;
  if (appId === undefined) return null;
  const { connectTeams } = await import("./teams.ts");
  return connectTeams(ports, appId, closers);
}

/** Loads what mail needs only where a server is configured. */
async function loadMail(ports: MailPorts, closers: Closer[]): Promise<MailParts | null> {
  if (ports.config.SMTP_URL === undefined) return null;
  const { connectMail } = await import("./mail.ts");
  return connectMail(ports, closers);
}
