import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { isObject, listOf, textOf } from "./check-activity.ts";
import { checkCard } from "./check-card.ts";
import { connect, type ConnectorAnswer, type ConnectorRequest, readRequest } from "./connector.ts";
import { ConnectorRefusal, refusals } from "./connector-refusal.ts";
import type { Drive } from "./drive.ts";
import type { Faults } from "./faults.ts";
import type { PlatformState } from "./platform-state.ts";
import type { ConnectorCall, Fault, Json } from "./teams-platform.ts";
import type { Throttle } from "./throttles.ts";

export interface FrontPorts {
  readonly state: PlatformState;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly calls: ConnectorCall[];
  readonly keepLogs: boolean;
  readonly drive: Drive;
  readonly botToken: string;
}

/** The connector over HTTP: tokens, faults, throttling, and the answers to what the bot asks. */
export function httpFront(ports: FrontPorts): Server {
  const { state, faults, throttle, calls } = ports;

  const answer = (request: IncomingMessage, asked: ConnectorRequest | null): ConnectorAnswer => {
    if (request.headers.authorization !== `Bearer ${ports.botToken}`) throw refusals.unauthorized();
    if (!asked) throw refusals.noConversation();
    const place = state.places.get(asked.conversationId.split(";messageid=")[0] ?? "");
    throttle.take(place?.id ?? asked.conversationId, place?.tenantId ?? "", request.method === "GET");
    if (ports.keepLogs) checkCards(asked.body, state);
    return connect(state, asked);
  };

  const safely = (
    request: IncomingMessage,
    asked: ConnectorRequest | null,
  ): ConnectorAnswer & { refusal?: ConnectorRefusal } => {
    try {
      return answer(request, asked);
    } catch (refusal) {
      if (!(refusal instanceof ConnectorRefusal)) throw refusal;
      const { code, message: detail, status } = refusal;
      const operation = asked?.operation ?? "unknown";
      if (!refusal.excused) state.violations.push({ operation, code: code || String(status), detail });
      return { status, body: { error: { code, message: detail } }, refusal };
    }
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const url = new URL(request.url ?? "/", state.url);
    const picture = request.method === "GET" ? ports.drive.view(url.pathname) : null;
    if (picture && request.headers.authorization === `Bearer ${ports.botToken}`) {
      response.writeHead(200, { "content-type": picture.mediaType }).end(picture.content);
      return;
    }
    const asked = readRequest(request.method ?? "", url, body);
    const fault = asked
      ? faults.take(asked.operation, { conversationId: asked.conversationId, body })
      : undefined;
    const note = (status: number): void => {
      if (!ports.keepLogs) return;
      calls.push({
        operation: asked?.operation ?? "unknown",
        conversationId: asked?.conversationId ?? "",
        activityId: asked?.activityId,
        body,
        status,
        at: Date.now(),
      });
    };
    if (fault && (await meet(fault, response, note))) return;
    const { status, body: said, refusal } = safely(request, asked);
    note(status);
    if (fault?.how === "close-after-effect") {
      response.socket?.destroy();
      return;
    }
    const headers = refusal?.retryAfter === undefined ? {} : { "retry-after": String(refusal.retryAfter) };
    end(response, status, said, headers);
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      // A fault of this server, which a test must see and not take for Teams' answer.
      console.error("The local Teams failed:", error);
      response.destroy();
    });
  });
  // Longer than any machine stands still: a connection that is closed as it is used again fails a call.
  server.keepAliveTimeout = 120_000;
  return server;
}

/** Cards as Microsoft's schema has them, and as all of Teams' clients show them. */
function checkCards(body: Json, { places }: PlatformState): void {
  const activity = isObject(body["activity"]) ? body["activity"] : body;
  for (const { contentType, content } of listOf(activity["attachments"])) {
    if (contentType !== "application/vnd.microsoft.card.adaptive") continue;
    try {
      checkCard(content);
    } catch (fault) {
      throw refusals.argument(fault instanceof Error ? fault.message : String(fault));
    }
    const added = isObject(content) && isObject(content["msteams"]) ? content["msteams"] : {};
    const known = new Set([...places.values()].flatMap(({ people }) => people.map(({ id }) => id)));
    for (const { mentioned } of listOf(added["entities"]))
      if (!isObject(mentioned) || !known.has(textOf(mentioned["id"])))
        throw refusals.argument("a mention of nobody");
  }
}

/** Whether the call has met its end. */
async function meet(
  { how }: Fault,
  response: ServerResponse,
  note: (status: number) => void,
): Promise<boolean> {
  if (how === "close-after-effect") return false;
  if (how === "close-connection") {
    note(0);
    response.socket?.destroy();
    return true;
  }
  if ("delayMs" in how) {
    await delay(how.delayMs);
    return false;
  }
  const { status, code = "ServiceError", message = "ordered by the test", retryAfter } = how;
  note(status);
  const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  end(response, status, { error: { code, message } }, headers);
  return true;
}

function end(response: ServerResponse, status: number, body: Json, headers: Record<string, string>): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const body: unknown = text === "" ? {} : JSON.parse(text);
  return isObject(body) ? body : {};
}
