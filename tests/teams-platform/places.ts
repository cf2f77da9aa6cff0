import { isObject, listOf, textOf } from "./check-activity.ts";
import {
  conversationIdOf,
  type MessageRecord,
  type PlaceRecord,
  type PlatformState,
  streamState,
} from "./platform-state.ts";
import type { Json, Message, Place } from "./teams-platform.ts";

/** A place as tests see it. */
export function placeView(state: PlatformState, place: PlaceRecord): Place {
  const shown = (): readonly MessageRecord[] => place.messages.filter(({ deleted }) => !deleted);
  const view = (message: MessageRecord): Message => messageView(state, place, message);
  return {
    id: place.id,
    kind: place.kind,
    name: place.name,
    tenantId: place.tenantId,
    teamId: place.team?.id ?? null,
    messages: () => shown().map(view),
    thread: (id) =>
      shown()
        .filter((message) => message.id === id || message.threadId === id)
        .map(view),
    message: (id) =>
      shown()
        .filter((message) => message.id === id)
        .map(view)[0],
  };
}

export function messageView(state: PlatformState, place: PlaceRecord, message: MessageRecord): Message {
  const { id, from, text, attachments, entities, channelData, summary, edits, stream, threadId } = message;
  return {
    id,
    placeId: place.id,
    conversationId: conversationIdOf(place, threadId ?? id),
    from,
    text,
    attachments,
    entities,
    channelData,
    summary,
    edits,
    streaming: streamState(stream, state),
    informative: stream?.informative ?? [],
    parts: stream?.parts ?? [],
    buttons: actionsOf(attachments).map(({ title }) => textOf(title)),
  };
}

/** The actions of a message's cards, those within its containers included. */
export const actionsOf = (attachments: readonly Json[]): readonly Json[] =>
  attachments.flatMap(({ content }) => (isObject(content) ? actionsIn(content) : []));

/** An action, and the inputs whose values come with it: those of its own card, and of the cards that this is a part of. */
export interface Clickable {
  readonly action: Json;
  readonly inputs: readonly Json[];
}

/** The same with those of the parts that `Action.ShowCard` opens. */
export const clickablesOf = (attachments: readonly Json[]): readonly Clickable[] =>
  attachments.flatMap(({ content }) => (isObject(content) ? clickablesIn(content, []) : []));

function clickablesIn(card: Json, outer: readonly Json[]): readonly Clickable[] {
  const inputs = [...outer, ...inputsIn(card)];
  return actionsIn(card).flatMap((action): readonly Clickable[] =>
    action["type"] === "Action.ShowCard" && isObject(action["card"])
      ? clickablesIn(action["card"], inputs)
      : [{ action, inputs }],
  );
}

const inputsIn = (element: Json): readonly Json[] => [
  ...(textOf(element["type"]).startsWith("Input.") ? [element] : []),
  ...[...listOf(element["body"]), ...listOf(element["items"])].flatMap(inputsIn),
];

const actionsIn = (element: Json): readonly Json[] => [
  ...listOf(element["actions"]),
  ...(isObject(element["selectAction"]) ? [element["selectAction"]] : []),
  ...[...listOf(element["body"]), ...listOf(element["items"])].flatMap(actionsIn),
];
