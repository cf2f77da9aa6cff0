import { randomBytes } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { ApiCall, RateLimits, SlackApp, Violation } from "./slack-platform.ts";

export type Json = Record<string, unknown>;

export interface OrganisationState {
  readonly id: string;
  readonly name: string;
  install: InstallState | undefined;
}

export interface WorkspaceState {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly organisation: OrganisationState | undefined;
  readonly people: Map<string, PersonState>;
  readonly channels: Map<string, ChannelState>;
  install: InstallState | undefined;
}

export interface PersonState {
  readonly id: string;
  /** Another company's for a stranger. */
  readonly teamId: string;
  readonly name: string;
  readonly userName: string;
  readonly email: string | undefined;
  readonly emailConfirmed: boolean;
  readonly restricted: boolean;
  readonly ultraRestricted: boolean;
  readonly stranger: boolean;
  readonly locale: string;
  readonly timeZone: string;
  readonly deleted: boolean;
  readonly bot: boolean;
  readonly botId: string | undefined;
  home: ViewState | undefined;
  readonly modals: ViewState[];
}

export interface ChannelState {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly kind: "public" | "private" | "im";
  readonly shared: boolean;
  archived: boolean;
  readonly created: number;
  readonly members: Set<string>;
  readonly messages: Map<string, MessageState>;
  /** Parent first, by the parent's ts. */
  readonly threads: Map<string, MessageState[]>;
  readonly ephemerals: MessageState[];
  readonly statuses: Map<string, { status: string; at: number }[]>;
  readonly titles: Map<string, string>;
  readonly prompts: Map<string, { title: string; message: string }[]>;
}

export interface MessageState {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly botId: string | undefined;
  readonly threadTs: string | undefined;
  text: string;
  blocks: Json[];
  attachments: Json[];
  metadata: { event_type: string; event_payload: Json } | undefined;
  files: Json[];
  readonly reactions: Map<string, string[]>;
  stream: { state: "streaming" | "stopped"; startedAt: number; lastAt: number } | undefined;
  readonly ephemeralTo: string | undefined;
  edited: { user: string; ts: string } | undefined;
  edits: number;
  readonly clientMessageId: string | undefined;
  readonly subtype: string | undefined;
}

export interface ViewState {
  readonly id: string;
  readonly type: "modal" | "home";
  readonly teamId: string;
  readonly userId: string;
  view: Json;
  hash: string;
  readonly rootId: string;
  readonly previousId: string | undefined;
  /** What was typed or chosen so far, by block_id and action_id. */
  readonly values: Record<string, Record<string, Json>>;
}

export interface InstallState {
  readonly team: WorkspaceState | undefined;
  readonly organisation: OrganisationState | undefined;
  readonly botUserId: string;
  readonly botId: string;
  installer: string;
  scopes: readonly string[];
  rotation: boolean;
  /** The newest last. */
  readonly tokens: TokenState[];
  refreshToken: string | undefined;
}

export interface TokenState {
  readonly token: string;
  readonly kind: "bot" | "app";
  readonly install: InstallState | undefined;
  readonly scopes: readonly string[];
  readonly expiresAt: number | undefined;
  /** Slack's code for a token that no longer serves. */
  gone: "token_revoked" | "account_inactive" | undefined;
}

export interface PlatformState {
  readonly clock: Clock;
  readonly app: SlackApp;
  readonly limits: RateLimits | undefined;
  readonly streamLifeMs: number;
  readonly streamGapMs: number;
  readonly triggerLifeMs: number;
  readonly acknowledgeWithinMs: number;
  readonly ownMessageEvents: boolean;
  readonly keepLogs: boolean;
  readonly workspaces: Map<string, WorkspaceState>;
  readonly organisations: Map<string, OrganisationState>;
  readonly tokens: Map<string, TokenState>;
  /** A refresh token serves once. */
  readonly refreshTokens: Map<string, { install: InstallState; used: boolean }>;
  readonly codes: Map<
    string,
    {
      workspace: WorkspaceState;
      organisation: OrganisationState | undefined;
      scopes: string[];
      redirect: string;
      installer: string;
      at: number;
    }
  >;
  readonly triggers: Map<string, { team: string; user: string; expiresAt: number; used: boolean }>;
  readonly violations: Violation[];
  readonly calls: ApiCall[];
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  url: string;
  now(): number;
  nextTs(): string;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Slack's shape: a letter or two that name the kind, then ten letters and digits. */
export const newSlackId = (prefix: string): string =>
  prefix + [...randomBytes(10)].map((byte) => alphabet[byte % alphabet.length]).join("");

export const newSecret = (bytes = 18): string => randomBytes(bytes).toString("hex");

/** The workspace of a channel's or a caller's team; every team that is asked for was made by `workspace`. */
export function workspaceOf(state: PlatformState, teamId: string): WorkspaceState {
  const workspace = state.workspaces.get(teamId);
  if (!workspace) throw new Error(`This local Slack has no workspace ${teamId}.`);
  return workspace;
}

/** What the app may do in a workspace: its own installation before its organisation's. */
export const installOf = (workspace: WorkspaceState): InstallState | undefined =>
  workspace.install ?? workspace.organisation?.install;

/** Timestamps with microseconds that never repeat, as message ids. */
export function timestamps(clock: Clock): () => string {
  let last = 0;
  return () => {
    last = Math.max(clock.now().getTime() * 1000, last + 1);
    return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, "0")}`;
  };
}
