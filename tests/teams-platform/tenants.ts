import { randomUUID } from "node:crypto";
import { envelope } from "./activity-envelope.ts";
import { newActivityId } from "./connector.ts";
import { personView, type PeoplePorts } from "./people.ts";
import { newThreadId, type PersonRecord, type PlaceRecord, type TeamRecord } from "./platform-state.ts";
import { placeView } from "./places.ts";
import type { Delivery, Person, Team, Tenant } from "./teams-platform.ts";

/** A Microsoft tenant, its people and teams. */
export function tenantView(
  ports: PeoplePorts,
  { id: tenantId, name }: { readonly id: string; readonly name: string },
): Tenant {
  const { state, deliveries } = ports;
  const people = new Map<string, { readonly record: PersonRecord; readonly chat: PlaceRecord }>();
  const known = ({ id }: Person): { readonly record: PersonRecord; readonly chat: PlaceRecord } => {
    const found = people.get(id);
    if (!found) throw new Error(`nobody of ${name} has the id ${id}`);
    return found;
  };
  const newPlace = (place: Omit<PlaceRecord, "messages" | "tenantId">): PlaceRecord => {
    const made = { ...place, tenantId, messages: [] };
    state.places.set(made.id, made);
    return made;
  };

  /** Both ways in which Teams tells that the app came or went, in no certain order. */
  async function tell(
    place: PlaceRecord,
    by: PersonRecord,
    action: "add" | "remove",
  ): Promise<readonly Delivery[]> {
    const bot = [{ id: state.botId }];
    const update = envelope(state, place, by, { type: "conversationUpdate", id: newActivityId() });
    return await Promise.all([
      deliveries.send({
        ...envelope(state, place, by, { type: "installationUpdate", id: newActivityId() }),
        action,
      }),
      deliveries.send({ ...update, ...(action === "add" ? { membersAdded: bot } : { membersRemoved: bot }) }),
    ]);
  }

  return {
    id: tenantId,
    name,
    person({ name: called, email, id = randomUUID(), role = "user", locale = "en-US" }) {
      const record: PersonRecord = {
        id: `29:1${id.replaceAll("-", "")}`,
        aadObjectId: id,
        name: called,
        email,
        role,
        locale,
        homeTenantId: role === "guest" ? randomUUID() : tenantId,
      };
      const chat = newPlace({
        id: `a:1${randomUUID().replaceAll("-", "")}`,
        kind: "personal",
        name: called,
        team: null,
        people: [record],
        botIsIn: false,
      });
      people.set(record.id, { record, chat });
      return personView(ports, record, chat);
    },
    async installFor(person) {
      const { record, chat } = known(person);
      chat.botIsIn = true;
      return await tell(chat, record, "add");
    },
    async uninstallFor(person) {
      const { record, chat } = known(person);
      chat.botIsIn = false;
      return await tell(chat, record, "remove");
    },
    groupChat: ({ name: called = "", members, bot = true }) =>
      placeView(
        state,
        newPlace({
          id: `19:${randomUUID().replaceAll("-", "")}@thread.v2`,
          kind: "groupChat",
          name: called,
          team: null,
          people: members.map((member) => known(member).record),
          botIsIn: bot,
        }),
      ),
    team({ name: called, members, bot = true }) {
      const record: TeamRecord = {
        id: newThreadId(),
        name: called,
        aadGroupId: randomUUID(),
        channels: [],
        botIsIn: bot,
      };
      state.teams.set(record.id, record);
      const channel = (channelName: string, id: string): PlaceRecord => {
        const made = newPlace({
          id,
          kind: "channel",
          name: channelName,
          team: record,
          people: members.map((member) => known(member).record),
          botIsIn: true,
        });
        record.channels.push(made);
        return made;
      };
      const general = channel("General", record.id);
      const team: Team = {
        id: record.id,
        name: called,
        channel: ({ name: channelName }) =>
          placeView(state, channelName === "General" ? general : channel(channelName, newThreadId())),
        install(by) {
          record.botIsIn = true;
          return tell(general, known(by).record, "add");
        },
        uninstall(by) {
          record.botIsIn = false;
          return tell(general, known(by).record, "remove");
        },
      };
      return team;
    },
  };
}
