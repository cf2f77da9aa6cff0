import type { Parts } from "../../adapters/connect.ts";
import type { SlackBot } from "../../adapters/slack/workspaces.ts";
import type { Answerer } from "../../core/answering/draft.ts";
import type { Stores } from "../../core/database.ts";
import type { TurnId } from "../../core/ids.ts";
import { pause } from "./sample-work.ts";

/** Stands still forever where this is the step that the subject was to be stopped after. */
type After = <T>(step: string, subject: string, result: T) => Promise<T>;

const never = (): Promise<never> => new Promise<never>(() => undefined);
const stepOf = (value: unknown): string | undefined => /hang-([a-z]+)/.exec(JSON.stringify(value))?.[1];
/** Long enough for several messages of Slack. */
const longAnswer = 60;

/**
 * Lets a product stand still between the steps of a question in Slack. The question says after which: `hang-<step>`; it is
 * the only one of its channel. What is joined already is changed in place, since Slack's parts hold it.
 */
export function hangInSlack(parts: Parts, steps: Map<string, string>, after: After): void {
  const { slack, database, inbox } = parts;
  if (!slack) return;

  const receiveEvent = inbox.receiveEvent.bind(inbox);
  const withTenant = database.withTenant.bind(database);
  Object.assign(inbox, {
    receiveEvent: async (event: Parameters<typeof receiveEvent>[0]) => {
      const receipt = await receiveEvent(event);
      const step = stepOf(event.body);
      if (step !== undefined) {
        steps.set(receipt.id, step);
        const { channelId } = event.body as { channelId?: string };
        if (channelId !== undefined) steps.set(channelId, step);
      }
      return await after("stored", receipt.id, receipt);
    },
  });

  /** What waits after a step must not be found by the sweeper of the very process that stands still. */
  const left = async (step: string, id: TurnId): Promise<void> => {
    if (steps.get(id) === step) await never();
  };
  const stores = (all: Stores): Stores => ({
    ...all,
    events: {
      ...all.events,
      async take(id, leaseMs) {
        await left("stored", id);
        return await after("noticed", id, await all.events.take(id, leaseMs));
      },
      accept: async (id, ...question) =>
        await after("accepted", id, await all.events.accept(id, ...question)),
    },
    turns: {
      ...all.turns,
      async take(id, leaseMs) {
        await left("accepted", id);
        return await all.turns.take(id, leaseMs);
      },
    },
  });
  Object.assign(database, {
    withTenant: <T>(tenant: Parameters<typeof withTenant>[0], work: (all: Stores) => Promise<T>) =>
      withTenant(tenant, (all) => work(stores(all))),
  });

  const bot = slack.workspaces.bot.bind(slack.workspaces);
  const changed = new WeakSet<object>();
  Object.assign(slack.workspaces, {
    async bot(...which: Parameters<typeof bot>): Promise<SlackBot> {
      const found = await bot(...which);
      const { chat } = found.client;
      if (changed.has(chat)) return found;
      changed.add(chat);
      const update = chat.update.bind(chat);
      const post = chat.postMessage.bind(chat);
      const posts = new Map<string, number>();
      Object.assign(chat, {
        async update(call: Parameters<typeof update>[0]) {
          await after("sealed", call.channel, undefined);
          return await update(call);
        },
        async postMessage(call: Parameters<typeof post>[0]) {
          const count = posts.get(call.channel) ?? 0;
          posts.set(call.channel, count + 1);
          if (count > 0) await after("part", call.channel, undefined);
          return await post(call);
        },
      });
      return found;
    },
  });
}

/** The model in the process that stands still: in the middle of an answer, or at once with a long one. */
export function mortalModel(model: Answerer | null, after: After): Answerer | null {
  if (model === null) return null;
  return async (input, onText) => {
    const step = stepOf(input.question);
    const [hit] = input.result.hits;
    if (!hit || (step !== "streaming" && step !== "sealed" && step !== "part"))
      return await model(input, onText);
    const { id: passageId, documentId, title, headingPath, page, text } = hit.passage;
    const line = text.split("\n").find((each) => each.startsWith("To start")) ?? text;
    const words = `${line} [1]`.match(/\S+\s*/g) ?? [];
    if (step !== "part")
      for (const word of words) {
        onText(word);
        await pause(150);
      }
    if (step === "streaming") await after("streaming", step, undefined);
    return {
      text:
        step === "part"
          ? Array.from({ length: longAnswer }, () => `- ${line} [1]`).join("\n")
          : `${line} [1]`,
      citations: [{ number: 1, passageId, documentId, title, headingPath, page, quote: line }],
      answeredBy: "test-chat",
      complete: true,
    };
  };
}
