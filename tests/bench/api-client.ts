import { Agent, request as httpRequest, type IncomingMessage } from "node:http";

/** A person who has signed in, with connections that stay open. */
export interface Session {
  readonly url: string;
  readonly cookie: string;
  readonly agent: Agent;
}

export interface Question {
  readonly question: string;
  /** Null: the expert chooses. */
  readonly departmentId: string | null;
  readonly conversationId?: string;
  /** Asking again with the same one answers once. */
  readonly eventId: string;
}

/** What became of a question; times are of `performance.now()`. */
export interface Answered {
  readonly turnId: string;
  readonly conversationId: string;
  readonly acceptedAt: number;
  readonly repliedAt: number;
  /** Turns of the replies that arrived: exactly one, of this turn, where all is well. */
  readonly replies: readonly string[];
  readonly kind: string;
}

export const createAgent = (): Agent => new Agent({ keepAlive: true, maxSockets: Infinity, noDelay: true });

/** Signs in as a local account. Throws where the product refuses. */
export async function signIn(url: string, email: string, agent: Agent): Promise<Session> {
  const response = await fetch(`${url}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email }),
  });
  if (!response.ok) throw new Error(`signing in as ${email}: ${response.status} ${await response.text()}`);
  const [cookie = ""] = response.headers.getSetCookie();
  return { url, cookie: cookie.split(";", 1)[0] ?? "", agent };
}

/** Sends JSON or nothing, and reads JSON. Throws on any status but 2xx. */
export async function call<T>({ url, cookie }: Session, path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`${url}${path}`, { ...init, headers: { cookie } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/**
 * Asks and reads the stream to its end. A connection that the server closed for idling just as it was used again is
 * replaced, as any client would; the event's id keeps that from asking twice. Throws where the product refuses or the
 * turn fails.
 */
export function ask(session: Session, question: Question): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(question);
    const sent = httpRequest(
      `${session.url}/v1/turns`,
      {
        method: "POST",
        agent: session.agent,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          accept: "text/event-stream",
          cookie: session.cookie,
        },
      },
      (response) => {
        readAnswer(response).then(resolve, reject);
      },
    );
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (sent.reusedSocket && error.code === "ECONNRESET") ask(session, question).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answered> {
  response.setEncoding("utf8");
  let stream = "";
  let acceptedAt = Number.NaN;
  let repliedAt = Number.NaN;
  for await (const chunk of response as AsyncIterable<string>) {
    stream += chunk;
    // Only the two marks are looked for while the clock runs; what they say is read afterwards.
    if (Number.isNaN(acceptedAt) && stream.startsWith("event: accepted")) acceptedAt = performance.now();
    if (chunk.endsWith("\n\n") && Number.isNaN(repliedAt) && stream.includes("event: reply\n")) {
      repliedAt = performance.now();
    }
  }
  if (response.statusCode !== 200) throw new Error(`${response.statusCode ?? 0}: ${stream.slice(0, 500)}`);
  const accepted = dataOf(stream, "accepted")[0] as { turnId: string; conversationId: string } | undefined;
  const replies = dataOf(stream, "reply") as { reply: { turnId: string; kind: string } }[];
  const [first] = replies;
  if (!accepted || !first) throw new Error(`no reply in: ${stream.slice(-500)}`);
  return {
    ...accepted,
    acceptedAt,
    repliedAt,
    replies: replies.map(({ reply }) => reply.turnId),
    kind: first.reply.kind,
  };
}

function dataOf(stream: string, kind: string): unknown[] {
  return stream.split("\n\n").flatMap((event) => {
    const lines = event.split("\n");
    if (!lines.includes(`event: ${kind}`)) return [];
    const data = lines.find((line) => line.startsWith("data: "));
    return data === undefined ? [] : [JSON.parse(data.slice("data: ".length)) as unknown];
  });
}
