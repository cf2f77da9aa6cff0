// The local Slack in a process of its own, with as many workspaces as it is told to make. Orders are of local-slack.ts.
import { parseSlackBody } from "../../adapters/slack/receive/parse-body.ts";
import type { Channel, Person, Sent, SlackPlatform, Workspace } from "../slack-platform/slack-platform.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import { answerOrders } from "./answer-orders.ts";
import type { AnswerCounts } from "./event-platform.ts";
import type { WrittenEvent } from "./event-sender.ts";
import { writeLines } from "./json-lines.ts";
import type { SlackOrder } from "./local-slack.ts";

interface Place {
  readonly channel: Channel;
  readonly write: (text: string) => Promise<Sent>;
}

const platform = await startSlackPlatform({
  rateLimits: "off",
  keepLogs: false,
  ownMessageEvents: false,
  // Slack's own.
  triggerLifeMs: 3_000,
  acknowledgeWithinMs: 3_000,
});
const places: Place[] = [];
const questions: { readonly channel: Channel; readonly ts: string }[] = [];

answerOrders((order: SlackOrder) => {
  switch (order.kind) {
    case "found":
      return found(order.workspaces, order.emails);
    case "write":
      return write(order.questions, order.file);
    case "count":
      return countThreads(platform);
  }
});

/** In each workspace everyone has direct messages with the bot and a channel where all are members. */
function found(count: number, emails: readonly string[]): object {
  const installed = Array.from({ length: count }, (_, number) => {
    const workspace = platform.workspace({ name: `Workspace ${number}` });
    const people = emails.map((email) => workspace.person({ name: email.split("@", 1)[0] ?? email, email }));
    const bot = workspace.install();
    return { workspace, people, bot };
  });
  // Neighbours in this order are of different workspaces, so that questions in turn come from all of them.
  for (const place of emails.keys()) {
    for (const { workspace, people, bot } of installed)
      places.push(...placesOf(workspace, people, bot, place));
  }
  return {
    apiUrl: platform.apiUrl,
    app: platform.app,
    installations: installed.map(({ workspace, bot }) => ({
      ...bot,
      teamId: workspace.id,
      name: workspace.name,
    })),
  };
}

function placesOf(
  workspace: Workspace,
  people: readonly Person[],
  bot: { readonly id: string },
  place: number,
): Place[] {
  const person = people[place]!;
  const channel = workspace.channel({ name: `questions-${place}`, members: [...people, bot] });
  const dm = workspace.dm(person);
  return [
    { channel, write: (text) => person.mention(channel, text) },
    { channel: dm, write: (text) => person.dm(text) },
  ];
}

/** Has people write the questions, a line of JSON each in `file`: nobody is told yet, since no bot is connected. */
async function write(texts: readonly string[], file: string): Promise<object> {
  const written: WrittenEvent[] = [];
  for (const text of texts) {
    const place = places[questions.length % places.length]!;
    const sent = await place.write(text);
    // Of a mention Slack tells twice; the first, app_mention, is sent.
    const [event] = sent.deliveries;
    const eventId = parseSlackBody(event?.body)?.eventId;
    if (!event || eventId === undefined) throw new Error("the app is not told of the question");
    questions.push({ channel: place.channel, ts: sent.ts });
    written.push({ eventId, body: JSON.stringify(event.body) });
  }
  await writeLines(file, written);
  return { written: written.length };
}

function countThreads({ violations }: SlackPlatform): AnswerCounts {
  const answers = questions.map(({ channel, ts }) =>
    channel
      .thread(ts)
      .filter(({ botId, streaming }) => botId !== undefined && (streaming ?? "stopped") === "stopped"),
  );
  const withCount = (holds: (count: number) => boolean): number =>
    answers.filter(({ length }) => holds(length)).length;
  return {
    answeredOnce: withCount((count) => count === 1),
    unanswered: withCount((count) => count === 0),
    answeredMore: withCount((count) => count > 1),
    refusedCalls: violations.length,
    refusals: violations.slice(0, 5).map(({ method, error, detail }) => `${method}: ${error}, ${detail}`),
  };
}
