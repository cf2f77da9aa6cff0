// The local Teams in a process of its own, with as many Microsoft tenants as it is told to make. Orders are of
// local-teams.ts.
import { parseActivity } from "../../adapters/teams/receive/parse-activity.ts";
import { isObject, textOf } from "../teams-platform/check-activity.ts";
import { actionsOf } from "../teams-platform/places.ts";
import { startTeamsPlatform } from "../teams-platform/start-teams-platform.ts";
import type { Json, Person, Place, Sent, Tenant } from "../teams-platform/teams-platform.ts";
import { answerOrders } from "./answer-orders.ts";
import { writeLines } from "./json-lines.ts";
import type { BotMessage, FoundedTeams, SeenInTeams, TeamsOrder, TeamsQuestion } from "./local-teams.ts";

interface AskedPlace {
  readonly place: Place;
  readonly write: (text: string) => Promise<Sent>;
}

const platform = await startTeamsPlatform({ keepLogs: false });
const places: AskedPlace[] = [];
let written = 0;

answerOrders((order: TeamsOrder) => {
  switch (order.kind) {
    case "found":
      return found(order.tenants, order.emails);
    case "write":
      return write(order.questions, order.file);
    case "look":
      return look(order.file);
  }
});

/** In each tenant everyone has a chat with the bot, a group chat, and a channel of a team where all are members. */
async function found(count: number, emails: readonly string[]): Promise<FoundedTeams> {
  const tenants = Array.from({ length: count }, (_, number) => platform.tenant({ name: `Tenant ${number}` }));
  const byTenant = await Promise.all(tenants.map((tenant) => placesOf(tenant, emails)));
  // Neighbours in this order are of different tenants, so that questions in turn come from all of them.
  for (const turn of byTenant[0]?.keys() ?? [])
    places.push(...byTenant.flatMap((ofOne) => ofOne[turn] ?? []));
  const now = Math.floor(Date.now() / 1_000);
  const { issuer, serviceUrl } = platform;
  // Signed at different moments, and so different from one another.
  const tokenAt = (number: number): string =>
    issuer.token(serviceUrl, { claims: { nbf: now - 60 - number, exp: now + 3_600 - number } });
  return {
    appId: issuer.appId,
    issuer: issuer.settings,
    tokens: Object.fromEntries(tenants.map(({ id }, number) => [id, tokenAt(number)])),
    placesCount: places.length,
  };
}

async function placesOf(tenant: Tenant, emails: readonly string[]): Promise<readonly AskedPlace[]> {
  const people = emails.map((email) => tenant.person({ name: email.split("@", 1)[0] ?? email, email }));
  for (const person of people) await tenant.installFor(person);
  const team = tenant.team({ name: "Questions", members: people });
  const mentionIn = (person: Person, place: Place): AskedPlace => ({
    place,
    write: (text) => person.mention(place, text),
  });
  return people.flatMap((person, number) => [
    { place: person.chat, write: (text) => person.message(person.chat, text) },
    mentionIn(person, tenant.groupChat({ name: `Questions ${number}`, members: people })),
    mentionIn(person, team.channel({ name: `questions-${number}` })),
  ]);
}

/** Has people write the questions: nobody is told yet, since no bot is connected. */
async function write(texts: readonly string[], file: string): Promise<object> {
  const questions: TeamsQuestion[] = [];
  for (const text of texts) {
    const { place, write: say } = places[written % places.length]!;
    const { delivery, message } = await say(text);
    const parsed = delivery && parseActivity(delivery.activity, () => undefined);
    if (parsed?.kind !== "event") throw new Error("the bot is not told of the question");
    questions.push({
      eventId: parsed.eventId,
      msTenantId: place.tenantId,
      conversationId: message.conversationId,
      body: JSON.stringify(delivery?.activity),
    });
    written += 1;
  }
  await writeLines(file, questions);
  return {};
}

async function look(file: string): Promise<SeenInTeams> {
  const messages = places.flatMap(({ place }) =>
    place
      .messages()
      .flatMap(({ id, from, conversationId, streaming, attachments }): readonly BotMessage[] => {
        const unfinished = streaming === "open" || streaming === "dead";
        return from === platform.botId
          ? [{ id, conversationId, unfinished, cardOf: turnOf(attachments) }]
          : [];
      }),
  );
  await writeLines(file, messages);
  const kinds = new Map<string, number>();
  for (const { operation, code, detail } of platform.violations) {
    const kind = `${operation}: ${code}, ${detail}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    refusedCalls: platform.violations.length,
    refusals: [...kinds].map(([kind, times]) => `${kind} (${times} times)`),
  };
}

/** As the buttons of a card name it. */
function turnOf(attachments: readonly Json[]): string | null {
  const [action] = actionsOf(attachments);
  return isObject(action?.["data"]) ? textOf(action["data"]["id"]) : null;
}
