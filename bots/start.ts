import { existsSync } from "node:fs";
import express from "express";
import { closeInOrder } from "../core/close-in-order.ts";
import type { InstallFlow } from "../core/identity/install-flow.ts";
import type { ChatReceiver } from "../core/inbox/chat-receiver.ts";
import { healthRoutes } from "./http/health.ts";
import { handleErrors, notFound } from "./http/http-errors.ts";
import { listen, type Listening } from "./http/listen.ts";
import { createServer, type ServerPorts } from "./http/server.ts";

/** Slack, as this process receives it. */
interface SlackBotParts {
  /** Null where Slack does not reach this process over HTTP. */
  readonly receiver: ChatReceiver | null;
  /** Null where Slack is not received by Socket Mode. */
  readonly openSocket: (() => Promise<{ close(): Promise<void> }>) | null;
  /** Null where workspaces are not added by OAuth. */
  readonly install: InstallFlow | null;
}

export interface BotParts extends Omit<ServerPorts, "slack" | "slackInstall" | "teams"> {
  /** Null where no Slack app is configured. */
  readonly slack: SlackBotParts | null;
  /** Null or absent where no Teams app is configured. */
  readonly teams?: { readonly receiver: ChatReceiver } | null;
  readonly config: {
    readonly HOST: string;
    readonly PORT: number;
    readonly LOCAL_ACCOUNTS: boolean;
    readonly UPLOAD_LIMIT_MB: number;
    readonly PUBLIC_URL?: string | undefined;
  };
  readonly sessionSecret: string;
  readonly pageFolder: string;
}

/** Says at the process's address whether it is well, and nothing else. */
export const startHealth = (
  { config: { HOST: host, PORT: port }, logger }: Pick<BotParts, "config" | "logger">,
  check: () => Promise<unknown>,
): Promise<Listening> =>
  listen(express().disable("x-powered-by").use(healthRoutes(check), notFound, handleErrors(logger)), {
    host,
    port,
  });

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

/** Starts every bot of a process: those on one HTTP server, and Slack's socket. */
export async function startBots(parts: BotParts): Promise<Listening> {
  const { config, sessionSecret, pageFolder, slack } = parts;
  const ports = {
    ...parts,
    slack: slack?.receiver ?? null,
    slackInstall: slack?.install ?? null,
    teams: parts.teams?.receiver ?? null,
  };
  const app = createServer(ports, {
    secret: sessionSecret,
    localAccounts: config.LOCAL_ACCOUNTS && loopback.has(config.HOST),
    uploadLimitBytes: config.UPLOAD_LIMIT_MB * 1024 * 1024,
    pageFolder: existsSync(pageFolder) ? pageFolder : null,
    publicUrl: config.PUBLIC_URL ?? null,
  });
  const server = await listen(app, { host: config.HOST, port: config.PORT });
  if (!slack?.openSocket) return server;
  const socket = await slack.openSocket();
  return { url: server.url, close: () => closeInOrder([() => server.close(), () => socket.close()]) };
}
