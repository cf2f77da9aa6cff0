import { envelope, clientInfo } from "./activity-envelope.ts";
import { isObject, listOf, textOf } from "./check-activity.ts";
import { newActivityId } from "./connector.ts";
import type { Deliveries } from "./deliveries.ts";
import type { PersonRecord, PlaceRecord, PlatformState } from "./platform-state.ts";
import type { Delivery, Found, Json, Message, Person, Place } from "./teams-platform.ts";

type ExtensionActs = Pick<Person, "search" | "askAbout" | "sendAskAbout">;

const askCommand = "ask_about_message";

/** The message extension as a person uses it, where the bot is and where it is not. */
export function extensionActs(
  { state, deliveries }: { readonly state: PlatformState; readonly deliveries: Pick<Deliveries, "send"> },
  person: PersonRecord,
  placeOf: (place: Pick<Place, "id">) => PlaceRecord,
): ExtensionActs {
  const invoke = (
    place: PlaceRecord,
    name: string,
    value: Json,
    threadId: string | null = null,
  ): Promise<Delivery> =>
    deliveries.send({
      ...envelope(state, place, person, { type: "invoke", id: newActivityId(), threadId }),
      name,
      value: { ...value, context: { theme: "default" } },
      entities: [clientInfo(person)],
    });

  const about = (message: Message, name: string, more: Json): Promise<Delivery> => {
    const place = placeOf({ id: message.placeId });
    const author = place.people.find(({ id }) => id === message.from);
    const messagePayload = {
      id: message.id,
      createdDateTime: new Date(Number(message.id)).toISOString(),
      body: { contentType: "html", content: `<p>${message.text.replaceAll("<", "&lt;")}</p>` },
      from: author
        ? { user: { id: author.aadObjectId, displayName: author.name, userIdentityType: "aadUser" } }
        : { application: { id: state.botId, displayName: state.botName } },
      attachments: [],
      mentions: [],
    };
    const value = { commandContext: "message", messagePayload, ...more };
    return invoke(place, name, value, message.conversationId.split(";messageid=")[1] ?? null);
  };

  return {
    async search(where, query, page = { skip: 0, count: 25 }): Promise<Found> {
      const parameters =
        query === "" ? [{ name: "initialRun", value: "true" }] : [{ name: "query", value: query }];
      const value = { commandId: "search", parameters, queryOptions: page };
      const delivery = await invoke(placeOf(where), "composeExtension/query", value);
      const extension = isObject(delivery.answer) ? delivery.answer["composeExtension"] : undefined;
      const { attachments, text }: Json = isObject(extension) ? extension : {};
      return {
        delivery,
        results: listOf(attachments),
        said: text === undefined ? undefined : textOf(text),
      };
    },
    askAbout: (message, commandId = askCommand) =>
      about(message, "composeExtension/fetchTask", { commandId }),
    sendAskAbout: (message, data, commandId = askCommand) =>
      about(message, "composeExtension/submitAction", { commandId, data }),
  };
}
