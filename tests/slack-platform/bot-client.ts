import { Agent, request } from "node:http";

export interface BotAnswer {
  /** 0 where the connection failed or the time ran out. */
  status: number;
  body: unknown;
}

export interface BotClient {
  post(url: string, headers: Record<string, string>, body: Buffer, withinMs: number): Promise<BotAnswer>;
  close(): void;
}

/** Plain requests over kept connections: this side must cost a bench little. */
export function botClient(): BotClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    post: (url, headers, body, withinMs) =>
      new Promise((resolve) => {
        const failed = () => resolve({ status: 0, body: undefined });
        const call = request(
          url,
          {
            method: "POST",
            agent,
            headers: {
              "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
              ...headers,
              "Content-Length": body.byteLength,
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", failed);
            response.on("end", () =>
              resolve({
                status: response.statusCode ?? 0,
                body: parsed(Buffer.concat(chunks).toString("utf8")),
              }),
            );
          },
        );
        call.setTimeout(withinMs, () => call.destroy());
        call.on("error", failed);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
