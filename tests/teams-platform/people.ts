import { clientInfo, envelope } from "./activity-envelope.ts";
import { isObject, textOf } from "./check-activity.ts";
import { newActivityId } from "./connector.ts";
import { extensionActs } from "./extension-acts.ts";
import type { Deliveries } from "./deliveries.ts";
import {
  botIsIn,
  type MessageRecord,
  type PersonRecord,
  type PlaceRecord,
  type PlatformState,
} from "./platform-state.ts";
import { actionsOf, clickablesOf, messageView, placeView } from "./places.ts";
import type { Delivery, Json, Message, Person, Place, SendOptions, Sent } from "./teams-platform.ts";

export interface PeoplePorts {
  readonly state: PlatformState;
  readonly deliveries: Pick<Deliveries, "send">;
}

/** A person who acts: each act is recorded where people see it, and the bot is told as Teams tells it. */
export function personView(
  { state, deliveries }: PeoplePorts,
  person: PersonRecord,
  chat: PlaceRecord,
): Person {
  const placeOf = ({ id }: { readonly id: string }): PlaceRecord => {
    const place = state.places.get(id);
    if (!place?.people.some((one) => one.id === person.id))
      throw new Error(`${person.name} is not in the conversation ${id}`);
    return place;
  };

  async function write(
    where: Place,
    text: string,
    told: string,
    entities: readonly Json[],
    options: SendOptions,
    knows: (place: PlaceRecord) => boolean,
  ): Promise<Sent> {
    const place = placeOf(where);
    const id = state.nextMessageId();
    const { threadId = null, attachments = [] } = options;
    const record = {
      id,
      threadId: place.kind === "channel" ? threadId : null,
      from: person.id,
      text,
      attachments,
      entities: [],
      channelData: {},
      summary: undefined,
      edits: 0,
      deleted: false,
      stream: undefined,
    };
    place.messages.push(record);
    const message = messageView(state, place, record);
    if (!botIsIn(place) || !knows(place)) return { id, message, delivery: undefined };
    const delivery = await deliveries.send({
      ...envelope(state, place, person, { type: "message", id, threadId: threadId ?? id }),
      text: told,
      textFormat: "plain",
      attachments: [{ contentType: "text/html", content: `<p>${text}</p>` }, ...attachments],
      entities: [...entities, clientInfo(person), ...(options.entities ?? [])],
    });
    return { id, message, delivery };
  }

  /** Changes what stands of an own message; the bot is told where it may know. */
  async function change(
    { id, placeId }: Message,
    type: "messageUpdate" | "messageDelete",
    told: Json,
    apply: (record: MessageRecord) => void,
  ): Promise<Delivery | undefined> {
    const place = placeOf({ id: placeId });
    const record = place.messages.find((message) => message.id === id && !message.deleted);
    if (record?.from !== person.id) throw new Error("people change their own messages alone");
    apply(record);
    if (!botIsIn(place) || (place.kind === "groupChat" && told["entities"] === undefined)) return undefined;
    const envelopeOf = envelope(state, place, person, { type, id, threadId: record.threadId ?? id });
    const eventType = type === "messageUpdate" ? "editMessage" : "softDeleteMessage";
    return await deliveries.send({
      ...envelopeOf,
      ...told,
      channelData: { ...(isObject(envelopeOf["channelData"]) ? envelopeOf["channelData"] : {}), eventType },
    });
  }

  async function invoke(where: Place, name: string, value: Json, about?: Message): Promise<Delivery> {
    const place = placeOf(where);
    const threadId = about?.conversationId.split(";messageid=")[1] ?? null;
    return await deliveries.send({
      ...envelope(state, place, person, { type: "invoke", id: newActivityId(), threadId }),
      name,
      value,
      entities: [clientInfo(person)],
      ...(about ? { replyToId: about.id } : {}),
    });
  }

  const placeOfMessage = ({ placeId }: Message): Place => placeView(state, placeOf({ id: placeId }));
  const feedback = (reaction: string, values?: Json): Json => ({
    actionName: "feedback",
    actionValue: { reaction, ...(values === undefined ? {} : { feedback: JSON.stringify(values) }) },
  });
  const rated = (message: Message): void => {
    const loop = message.channelData["feedbackLoop"];
    if (!isObject(loop)) throw new Error("this message cannot be rated");
  };

  return {
    id: person.id,
    aadObjectId: person.aadObjectId,
    name: person.name,
    email: person.email,
    chat: placeView(state, chat),
    // With the right to read along (RSC), the bot is told of a team's messages; of a group chat's only where it is named.
    message: (place, text, options = {}) =>
      write(place, text, text, [], options, ({ kind }) => kind !== "groupChat"),
    mention(place, text, options = {}) {
      const mark = `<at>${state.botName}</at>`;
      const mentioned = { id: state.botId, name: state.botName };
      const entity = { type: "mention", text: mark, mentioned };
      return write(place, `${mark} ${text}`, `${mark} ${text}`, [entity], options, () => true);
    },
    edit(message, text, { mention = false } = {}) {
      const mark = `<at>${state.botName}</at>`;
      const mentioned = { id: state.botId, name: state.botName };
      const told = mention
        ? { text: `${mark} ${text}`, entities: [{ type: "mention", text: mark, mentioned }] }
        : { text };
      return change(message, "messageUpdate", { ...told, textFormat: "plain" }, (record) => {
        record.text = text;
        record.edits += 1;
      });
    },
    delete: (message) =>
      change(message, "messageDelete", {}, (record) => {
        record.deleted = true;
      }),
    async look(message) {
      const [attachment] = message.attachments;
      const { refresh }: Json = isObject(attachment?.["content"]) ? attachment["content"] : {};
      if (!isObject(refresh) || !isObject(refresh["action"])) return message;
      const { userIds } = refresh;
      if (!Array.isArray(userIds) || !userIds.includes(person.id)) return message;
      const value = { action: refresh["action"], trigger: "automatic" };
      const { status, answer } = await invoke(placeOfMessage(message), "adaptiveCard/action", value, message);
      if (status !== 200 || !isObject(answer) || answer["type"] !== attachment?.["contentType"])
        return message;
      const attachments = [{ contentType: answer["type"], content: answer["value"] }];
      return {
        ...message,
        attachments,
        buttons: actionsOf(attachments).map(({ title }) => textOf(title)),
      };
    },
    ...extensionActs({ state, deliveries }, person, placeOf),
    async click(message, title, { inputs = {}, as = "execute" } = {}) {
      const found = clickablesOf(message.attachments).find(({ action: { title: name } }) => name === title);
      const entered = found && enteredIn(found.inputs, inputs);
      const action = found?.action;
      if (!action) throw new Error(`there is no button "${title}" on ${JSON.stringify(message.buttons)}`);
      const { type, verb } = action;
      if (type === "Action.OpenUrl") throw new Error(`"${title}" opens ${textOf(action["url"])}`);
      if (as === "execute" && type === "Action.Execute") {
        const data = { ...entered, ...(isObject(action["data"]) ? action["data"] : {}), ...inputs };
        const value = { action: { type, title, verb, data }, trigger: "manual" };
        return await invoke(placeOfMessage(message), "adaptiveCard/action", value, message);
      }
      const submit = type === "Action.Execute" ? action["fallback"] : action;
      if (!isObject(submit) || submit["type"] !== "Action.Submit")
        throw new Error(`"${title}" does nothing where Action.Execute is not known`);
      const place = placeOf({ id: message.placeId });
      const imBack = isObject(submit["data"]) ? submit["data"]["msteams"] : undefined;
      if (isObject(imBack) && imBack["type"] === "imBack") {
        const said = textOf(imBack["value"]);
        const sent = await write(placeView(state, place), said, said, [], {}, () => true);
        if (!sent.delivery) throw new Error("the bot is not there");
        return sent.delivery;
      }
      const threadId = message.conversationId.split(";messageid=")[1] ?? null;
      return await deliveries.send({
        ...envelope(state, place, person, { type: "message", id: newActivityId(), threadId }),
        value: { ...entered, ...(isObject(submit["data"]) ? submit["data"] : {}), ...inputs },
        replyToId: message.id,
        entities: [clientInfo(person)],
      });
    },
    async openFeedback(message, reaction) {
      rated(message);
      return await invoke(
        placeOfMessage(message),
        "message/fetchTask",
        { data: feedback(reaction) },
        message,
      );
    },
    async rate(message, reaction, values = {}) {
      rated(message);
      return await invoke(
        placeOfMessage(message),
        "message/submitAction",
        feedback(reaction, values),
        message,
      );
    },
    stop(message) {
      const record = placeOf({ id: message.placeId }).messages.find(({ id }) => id === message.id);
      if (record?.stream?.state !== "open")
        throw new Error("there is no Stop below a message that is not streamed");
      record.stream.state = "stopped";
    },
    invoke: (place, name, value, replyToId) =>
      invoke(
        place,
        name,
        value,
        replyToId === undefined ? undefined : placeView(state, placeOf(place)).message(replyToId),
      ),
  };
}

/** What stands in a card's inputs, changed as the person changed it; throws where Teams would not let it be sent. */
function enteredIn(inputs: readonly Json[], changes: Json): Json {
  const entered: Record<string, unknown> = {};
  for (const { id, value = "", isRequired, errorMessage } of inputs) {
    const name = textOf(id);
    entered[name] = changes[name] ?? value;
    if (isRequired === true && entered[name] === "") throw new Error(textOf(errorMessage));
  }
  return entered;
}
