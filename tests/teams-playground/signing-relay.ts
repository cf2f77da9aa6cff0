import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TokenIssuer } from "../teams/token-issuer.ts";

type Json = Readonly<Record<string, unknown>>;

/** What the bot answered to an activity. */
export interface BotAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface RelayedActivity {
  readonly activity: Json;
  readonly status: number;
}

/**
 * Stands for Microsoft's front between the Playground and the bot. The Playground signs nothing, and the bot takes nothing
 * unsigned: each activity is passed on as it is, with a token that the bot's configured issuer signs for its service URL.
 */
export interface SigningRelay {
  /** Where the Playground sends what happens. */
  readonly url: string;
  readonly relayed: readonly RelayedActivity[];
  /** Where the product answers. */
  connect(botUrl: string): void;
  close(): Promise<void>;
}

/** What else Teams does with an activity before the bot gets it; `send` signs too. */
export type Complete = (activity: Json, send: (activity: Json) => Promise<BotAnswer>) => Promise<Json>;

export async function startSigningRelay(issuer: TokenIssuer, complete: Complete): Promise<SigningRelay> {
  const relayed: RelayedActivity[] = [];
  let botUrl = "";

  const send = async (activity: Json): Promise<BotAnswer> => {
    const response = await fetch(botUrl, {
      method: "POST",
      headers: {
        authorization: `Bearer ${issuer.token(String(activity["serviceUrl"]))}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(activity),
    });
    const { status, headers } = response;
    relayed.push({ activity, status });
    return { status, type: headers.get("content-type") ?? "text/plain", body: await response.text() };
  };

  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      // The Playground asks whether somebody is there before it shows its page.
      if (request.method !== "POST") {
        response.writeHead(405).end();
        return;
      }
      const activity = await complete(await readBody(request), send);
      const { status, type, body } = await send(activity);
      response.writeHead(status, { "content-type": type }).end(body);
    };
    answer().catch((error: unknown) => {
      console.error("The signing relay failed:", error);
      response.destroy();
    });
  });
  // Node's own 5 s may be over in the moment in which a connection is used again.
  server.keepAliveTimeout = 120_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api/messages`,
    relayed,
    connect(url) {
      botUrl = url;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Json;
}
