import { randomUUID } from "node:crypto";
import { checkActivity, isObject, listOf, textOf } from "./check-activity.ts";
import { refusals } from "./connector-refusal.ts";
import {
  botIsIn,
  type MessageRecord,
  type PersonRecord,
  type PlaceRecord,
  type PlatformState,
  streamState,
} from "./platform-state.ts";
import { streamInfoOf, streamPart } from "./streams.ts";
import type { Json, Operation } from "./teams-platform.ts";

export interface ConnectorRequest {
  readonly operation: Operation;
  /** As the path names it, with `;messageid=` for a thread. */
  readonly conversationId: string;
  readonly activityId: string | undefined;
  readonly query: URLSearchParams;
  readonly body: Json;
}

export interface ConnectorAnswer {
  readonly status: number;
  readonly body: Json;
}

/** Where a conversation id points: a chat, a channel, or a thread of one. */
export function findPlace(
  { places }: PlatformState,
  conversationId: string,
): { readonly place: PlaceRecord; readonly threadId: string | null } {
  const [base = "", threadId] = conversationId.split(";messageid=");
  const place = places.get(base);
  if (!place) throw refusals.noConversation();
  if (threadId !== undefined && !place.messages.some(({ id }) => id === threadId))
    throw refusals.noActivity();
  return { place, threadId: threadId ?? null };
}

/** What an operation does. @throws ConnectorRefusal */
export function connect(state: PlatformState, request: ConnectorRequest): ConnectorAnswer {
  switch (request.operation) {
    case "createConversation":
      return createConversation(state, request.body);
    case "send":
    case "reply":
      return send(state, request);
    case "update":
      return update(state, request);
    case "delete":
      return remove(state, request);
    case "members":
    case "member":
      return members(state, request);
    case "channels":
      return channels(state, request);
    default:
      throw refusals.noConversation();
  }
}

function createConversation(state: PlatformState, body: Json): ConnectorAnswer {
  const channelData = isObject(body["channelData"]) ? body["channelData"] : {};
  const tenant = isObject(channelData["tenant"]) ? channelData["tenant"]["id"] : body["tenantId"];
  if (body["isGroup"] !== true) {
    const [member, ...others] = listOf(body["members"]);
    if (!member || others.length > 0) throw refusals.argument("Incorrect conversation creation parameters");
    const place = [...state.places.values()].find(
      ({ kind, people: [person] }) =>
        kind === "personal" &&
        person !== undefined &&
        [person.id, person.aadObjectId].includes(textOf(member["id"])),
    );
    if (place?.tenantId !== tenant || !place) throw refusals.argument("Bad format of conversation member");
    if (!place.botIsIn) throw refusals.notInstalled();
    return { status: 201, body: { id: place.id } };
  }
  const channel = isObject(channelData["channel"]) ? textOf(channelData["channel"]["id"]) : "";
  const { place } = findPlace(state, channel);
  if (!botIsIn(place)) throw refusals.notInRoster();
  const activity = isObject(body["activity"]) ? body["activity"] : {};
  checkActivity(activity);
  const id = post(state, place, null, activity);
  return { status: 201, body: { id: `${place.id};messageid=${id}`, activityId: id } };
}

function send(state: PlatformState, { conversationId, activityId, body }: ConnectorRequest): ConnectorAnswer {
  const { place, threadId } = findPlace(state, conversationId);
  if (!botIsIn(place)) throw refusals.notInRoster();
  checkActivity(body);
  const info = streamInfoOf(body);
  if (info) {
    const id = streamPart(state, place, body, info);
    return id === null ? { status: 202, body: {} } : { status: 201, body: { id } };
  }
  if (body["type"] === "typing") return { status: 201, body: {} };
  if (activityId !== undefined && !place.messages.some(({ id }) => id === activityId))
    throw refusals.noActivity();
  return { status: 201, body: { id: post(state, place, threadId ?? activityId ?? null, body) } };
}

function post(state: PlatformState, place: PlaceRecord, threadId: string | null, activity: Json): string {
  const id = state.nextMessageId();
  place.messages.push({
    id,
    threadId: place.kind === "channel" ? threadId : null,
    from: state.botId,
    ...contentOf(activity),
    edits: 0,
    deleted: false,
    stream: undefined,
  });
  return id;
}

const contentOf = (
  activity: Json,
): Pick<MessageRecord, "text" | "attachments" | "entities" | "channelData" | "summary"> => ({
  text: textOf(activity["text"]),
  attachments: listOf(activity["attachments"]),
  entities: listOf(activity["entities"]),
  channelData: isObject(activity["channelData"]) ? activity["channelData"] : {},
  summary: typeof activity["summary"] === "string" ? activity["summary"] : undefined,
});

function ownMessage(state: PlatformState, { conversationId, activityId }: ConnectorRequest): MessageRecord {
  const { place } = findPlace(state, conversationId);
  if (!botIsIn(place)) throw refusals.notInRoster();
  const message = place.messages.find(({ id, deleted }) => id === activityId && !deleted);
  if (!message) throw refusals.noActivity();
  if (message.from !== state.botId) throw refusals.notOwn();
  return message;
}

/** Whether an open stream can be updated is not documented: it is refused here, as what was stopped is by the documents. */
function update(state: PlatformState, request: ConnectorRequest): ConnectorAnswer {
  const message = ownMessage(state, request);
  checkActivity(request.body);
  if (request.body["type"] !== "message") throw refusals.argument("only a message takes a message's place");
  const streaming = streamState(message.stream, state);
  if (streaming === "stopped") throw refusals.stream("Content stream was canceled by user.");
  if (streaming === "open") throw refusals.argument("the message is streamed still");
  Object.assign(message, contentOf(request.body));
  message.edits += 1;
  return { status: 200, body: { id: message.id } };
}

function remove(state: PlatformState, request: ConnectorRequest): ConnectorAnswer {
  ownMessage(state, request).deleted = true;
  return { status: 200, body: {} };
}

const memberOf = ({ id, aadObjectId, name, email, role, homeTenantId }: PersonRecord): Json => ({
  id,
  aadObjectId,
  name,
  givenName: name.split(" ")[0],
  surname: name.split(" ").slice(1).join(" "),
  ...(email === undefined ? {} : { email }),
  userPrincipalName:
    role === "guest" ? `${name.toLowerCase().replaceAll(" ", "_")}#EXT#@guests.example` : email,
  tenantId: homeTenantId,
  userRole: role,
});

const pageSize = { least: 50, most: 500 } as const;

function members(state: PlatformState, request: ConnectorRequest): ConnectorAnswer {
  const { place } = findPlace(state, request.conversationId);
  if (!botIsIn(place)) throw refusals.notInRoster();
  if (request.operation === "member") {
    const asked = request.activityId?.toLowerCase();
    const person = place.people.find(
      ({ id, aadObjectId }) => id.toLowerCase() === asked || aadObjectId === asked,
    );
    if (!person) throw refusals.noActivity();
    return { status: 200, body: memberOf(person) };
  }
  const wanted = Number(request.query.get("pageSize") ?? pageSize.most);
  const size = Math.min(pageSize.most, Math.max(pageSize.least, wanted));
  const from = Number(request.query.get("continuationToken") ?? 0);
  const page = place.people.slice(from, from + size).map(memberOf);
  const more = from + size < place.people.length;
  return {
    status: 200,
    body: { members: page, ...(more ? { continuationToken: String(from + size) } : {}) },
  };
}

function channels({ teams }: PlatformState, { conversationId }: ConnectorRequest): ConnectorAnswer {
  const team = teams.get(conversationId);
  if (!team) throw refusals.noConversation();
  if (!team.botIsIn) throw refusals.notInRoster();
  const conversations = team.channels.map(({ id, name, type = "standard" }) =>
    id === team.id ? { id, type } : { id, name, type },
  );
  return { status: 200, body: { conversations } };
}

/** What a request asks for, by its method and path behind the service's address. */
export function readRequest(method: string, url: URL, body: Json): ConnectorRequest | null {
  const [version, kind, id = "", what, which, ...rest] = url.pathname
    .split("/")
    .filter(Boolean)
    .slice(1)
    .map(decodeURIComponent);
  const request = { conversationId: id, activityId: which, query: url.searchParams, body };
  if (version !== "v3" || rest.length > 0) return null;
  const name = `${method} ${kind ?? ""}${id === "" ? "" : "/:id"}${what === undefined ? "" : `/${what}`}${which === undefined ? "" : "/:id"}`;
  const operation = operations[name];
  return operation === undefined ? null : { ...request, operation };
}

const operations: Readonly<Record<string, Operation>> = {
  "POST conversations": "createConversation",
  "POST conversations/:id/activities": "send",
  "POST conversations/:id/activities/:id": "reply",
  "PUT conversations/:id/activities/:id": "update",
  "DELETE conversations/:id/activities/:id": "delete",
  "GET conversations/:id/pagedmembers": "members",
  "GET conversations/:id/members/:id": "member",
  "GET teams/:id/conversations": "channels",
};

export const newActivityId = (): string => `f:${randomUUID()}`;
