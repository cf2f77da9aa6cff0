// The local Slack in a process of its own, whose people ask, decide and see what becomes of it. Orders are of approvals-slack.ts.
import { setTimeout as sleep } from "node:timers/promises";
import { slackPaths } from "../../adapters/slack/surface.ts";
import type { Channel, Message, Person, Workspace } from "../slack-platform/slack-platform.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import { answerOrders } from "./answer-orders.ts";
import {
  type ApprovalsOrder,
  type BenchPlant,
  type Decided,
  questionOf,
  sameQuestionOf,
} from "./approvals-slack.ts";
import { openLoop } from "./load-generator.ts";

interface Plant extends BenchPlant {
  readonly workspace: Workspace;
  readonly person: Person;
  readonly second: Person;
  readonly deciders: readonly Person[];
  readonly botUserId: string;
  readonly botToken: string;
}
interface Asked {
  readonly plant: Plant;
  readonly channel: Channel;
  readonly ts: string;
  readonly text: string;
}

const platform = await startSlackPlatform({
  rateLimits: "off",
  keepLogs: false,
  ownMessageEvents: false,
  // Slack's own.
  triggerLifeMs: 3_000,
  acknowledgeWithinMs: 3_000,
});
const plants: Plant[] = [];
const asked: Asked[] = [];
let bareChannels = 0;
const seenWithinMs = 15_000;
const lookEveryMs = 1;

answerOrders(async (order: ApprovalsOrder) => {
  switch (order.kind) {
    case "found":
      return found(order.plants);
    case "connect":
      platform.connect({
        url: order.url + slackPaths.events,
        interactivityUrl: order.url + slackPaths.interactions,
        commandsUrl: order.url + slackPaths.commands,
      });
      return {};
    case "ask":
      for (let number = order.from; number < order.from + order.count; number += 1) await ask(number);
      return {};
    case "offered":
      return { offered: asked.filter((one) => cardsOf(one).length === one.plant.deciders.length).length };
    case "decide":
      return await inTurn(order, (number) => decide(asked[number]!));
    case "again":
      return { verified: await again(order.from, order.count, order.afterMs) };
    case "bare":
      return await bare(order);
    case "refusals":
      return platform.violations
        .slice(0, 5)
        .map(({ method, error, detail }) => `${method}: ${error}, ${detail}`);
  }
});

function found(given: readonly BenchPlant[]): object {
  for (const plant of given) {
    const workspace = platform.workspace({ name: plant.slug });
    const named = (email: string): Person =>
      workspace.person({ name: email.split("@", 1)[0] ?? email, email });
    const bot = workspace.install();
    plants.push({
      ...plant,
      workspace,
      person: named(plant.asker),
      second: workspace.person({ name: "second", email: plant.asker.replace("asker", "second") }),
      deciders: plant.approvers.map(named),
      botUserId: bot.botUserId,
      botToken: bot.botToken,
    });
  }
  return {
    apiUrl: platform.apiUrl,
    app: platform.app,
    installations: plants.map(({ workspace }) => ({
      ...workspace.installation,
      teamId: workspace.id,
      name: workspace.name,
    })),
  };
}

function channelOf({ workspace, person, second, deciders, botUserId }: Plant, name: string): Channel {
  return workspace.channel({ name, members: [person, second, ...deciders, { id: botUserId }] });
}

async function ask(number: number): Promise<void> {
  const plant = plants[number % plants.length]!;
  const channel = channelOf(plant, `question-${String(number)}`);
  const text = questionOf(plant.slug, number);
  const { ts } = await plant.person.mention(channel, text);
  asked.push({ plant, channel, ts, text: `pump ${String(number)}?` });
}

/** The cards of a question, as they stand. */
const cardsOf = ({ plant: { workspace, deciders }, text }: Asked): readonly Message[] =>
  deciders.flatMap(
    (person) =>
      workspace
        .dm(person)
        .messages()
        .findLast(({ blocks }) => JSON.stringify(blocks).includes(text)) ?? [],
  );

/** One click after the other, or at a rate whatever becomes of those before. */
async function inTurn(
  { from = 0, count, perSecond }: { from?: number; count: number; perSecond: number | null },
  click: (number: number) => Promise<Decided>,
): Promise<readonly Decided[]> {
  if (perSecond !== null) {
    const arrivals = await openLoop({ perSecond, seconds: count / perSecond }, (index) =>
      click(from + index),
    );
    return arrivals.map(({ scheduledAt, sentAt, outcome }) => {
      if (outcome.status === "rejected") throw outcome.reason;
      const late = sentAt - scheduledAt;
      const { acknowledgedMs, answeredMs, cardsMs } = outcome.value;
      return {
        acknowledgedMs: acknowledgedMs + late,
        answeredMs: answeredMs && answeredMs + late,
        cardsMs: cardsMs && cardsMs + late,
      };
    });
  }
  const all: Decided[] = [];
  for (let number = from; number < from + count; number += 1) all.push(await click(number));
  return all;
}

async function decide(one: Asked): Promise<Decided> {
  const cards = cardsOf(one);
  const decider = one.plant.deciders[0]!;
  const card = cards[0]!;
  return await seen(
    () => decider.click(card, "approval_approve"),
    () => one.channel.thread(one.ts).some(({ blocks }) => JSON.stringify(blocks).includes("Verified by")),
    () =>
      cards.every(({ channel, ts, edits }, place) => {
        const now = one.plant.workspace.dm(one.plant.deciders[place]!).message(ts);
        return now?.channel === channel && now.edits > edits;
      }),
  );
}

/** Times from before a click until people see what comes of it, looking every millisecond. */
async function seen(
  click: () => Promise<unknown>,
  answered: () => boolean,
  changed: () => boolean,
): Promise<Decided> {
  const began = performance.now();
  let acknowledgedMs = Number.NaN;
  const clicked = click().then(() => {
    acknowledgedMs = performance.now() - began;
  });
  let answeredMs: number | null = null;
  let cardsMs: number | null = null;
  while (answeredMs === null || cardsMs === null) {
    await sleep(lookEveryMs);
    const passed = performance.now() - began;
    if (answeredMs === null && answered()) answeredMs = passed;
    if (cardsMs === null && changed()) cardsMs = passed;
    if (passed > seenWithinMs) break;
  }
  await clicked;
  return { acknowledgedMs, answeredMs, cardsMs };
}

async function again(from: number, count: number, afterMs: number): Promise<number> {
  let verified = 0;
  for (let number = from; number < from + count; number += 1) {
    await decide(asked[number]!);
    await sleep(afterMs);
    const { plant } = asked[number]!;
    const channel = channelOf(plant, `again-${String(number)}`);
    const { ts } = await plant.second.mention(channel, sameQuestionOf(plant.slug, number));
    for (let waited = 0; waited < seenWithinMs && channel.thread(ts).length < 2; waited += 5) await sleep(5);
    const [, answer] = channel.thread(ts);
    if (JSON.stringify(answer?.blocks ?? "").includes("Answered before: verified by")) verified += 1;
  }
  return verified;
}

/** The clicks of messages that the bare app's bot posted before. */
async function bare({
  url,
  count,
  perSecond,
}: Extract<ApprovalsOrder, { kind: "bare" }>): Promise<readonly Decided[]> {
  platform.connect({ url });
  const messages: { plant: Plant; channel: Channel; ts: string }[] = [];
  for (let number = 0; number < count; number += 1) {
    const plant = plants[number % plants.length]!;
    const channel = channelOf(plant, `bare-${String((bareChannels += 1))}`);
    const response = await fetch(`${platform.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        authorization: `Bearer ${plant.botToken}`,
      },
      body: JSON.stringify({ channel: channel.id, text: "A card", blocks: bareCard }),
    });
    const { ts } = (await response.json()) as { ts: string };
    messages.push({ plant, channel, ts });
  }
  return await inTurn({ count, perSecond }, (number) => {
    const { plant, channel, ts } = messages[number]!;
    return seen(
      () => plant.deciders[0]!.click(channel.message(ts)!, "approve"),
      () => channel.thread(ts).length > 1,
      () => (channel.message(ts)?.edits ?? 0) > 0,
    );
  });
}

const bareCard = [
  {
    type: "actions",
    elements: [
      {
        type: "button",
        action_id: "approve",
        text: { type: "plain_text", text: "Approve" },
        value: "approve",
      },
    ],
  },
];
