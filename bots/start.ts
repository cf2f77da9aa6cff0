import { existsSync } from "node:fs";
import { listen, type Listening } from "./http/listen.ts";
import { createServer, type ServerPorts } from "./http/server.ts";

export interface BotParts extends ServerPorts {
  readonly config: {
    readonly HOST: string;
    readonly PORT: number;
    readonly LOCAL_ACCOUNTS: boolean;
    readonly UPLOAD_LIMIT_MB: number;
  };
  readonly sessionSecret: string;
  readonly pageFolder: string;
}

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

/** Starts every bot of a process on one HTTP server. */
export function startBots(parts: BotParts): Promise<Listening> {
  const { config, sessionSecret, pageFolder } = parts;
  const app = createServer(parts, {
    secret: sessionSecret,
    localAccounts: config.LOCAL_ACCOUNTS && loopback.has(config.HOST),
    uploadLimitBytes: config.UPLOAD_LIMIT_MB * 1024 * 1024,
    pageFolder: existsSync(pageFolder) ? pageFolder : null,
  });
  return listen(app, { host: config.HOST, port: config.PORT });
}
