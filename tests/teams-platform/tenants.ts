import { randomUUID } from "node:crypto";
import { envelope } from "./activity-envelope.ts";
import { newActivityId } from "./connector.ts";
import { personView, type PeoplePorts } from "./people.ts";
import {
  botIsIn,
  newThreadId,
  type PersonRecord,
  type PlaceRecord,
  type TeamRecord,
} from "./platform-state.ts";
import { placeView } from "./places.ts";
import type { Delivery, Person, Place, Team, Tenant } from "./teams-platform.ts";

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

  const placeOf = ({ id }: Pick<Place, "id">): PlaceRecord => {
    const place = state.places.get(id);
    if (place?.tenantId !== tenantId) throw new Error(`${name} has no conversation ${id}`);
    return place;
  };

  /** Of a team's channels but the shared ones, all have the team's members. */
  async function move(
    place: PlaceRecord,
    person: PersonRecord,
    how: "membersAdded" | "membersRemoved",
  ): Promise<void> {
    const all = place.team?.channels ?? [place];
    for (const { people: there } of all) {
      const at = there.indexOf(person);
      if (how === "membersRemoved" && at !== -1) there.splice(at, 1);
      else if (how === "membersAdded" && at === -1) there.push(person);
    }
    if (!botIsIn(place)) return;
    await deliveries.send({
      ...envelope(state, place, person, { type: "conversationUpdate", id: newActivityId() }),
      [how]: [{ id: person.id, aadObjectId: person.aadObjectId }],
    });
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
      const channel = (channelName: string, id: string, type: PlaceRecord["type"]): PlaceRecord => {
        const made = newPlace({
          id,
          ...(type ? { type } : {}),
          kind: "channel",
          name: channelName,
          team: record,
          people: members.map((member) => known(member).record),
          botIsIn: true,
        });
        record.channels.push(made);
        return made;
      };
      const general = channel("General", record.id, undefined);
      const team: Team = {
        id: record.id,
        name: called,
        channel: ({ name: channelName, type }) =>
          placeView(state, channelName === "General" ? general : channel(channelName, newThreadId(), type)),
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
    async installIn(chat, by) {
      const place = placeOf(chat);
      place.botIsIn = true;
      return await tell(place, known(by).record, "add");
    },
    async uninstallFrom(chat, by) {
      const place = placeOf(chat);
      place.botIsIn = false;
      return await tell(place, known(by).record, "remove");
    },
    join: (place, person) => move(placeOf(place), known(person).record, "membersAdded"),
    leave: (place, person) => move(placeOf(place), known(person).record, "membersRemoved"),
  };
}
