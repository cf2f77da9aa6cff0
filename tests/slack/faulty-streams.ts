import type { Channel, Fault } from "../slack-platform/slack-platform.ts";
import type { ModelServer } from "../support/model-server.ts";
import { textOfMessage } from "../support/openai-requests.ts";
import { pause } from "../support/sample-work.ts";
import { replaceSlackChannel } from "../support/slack-channel.ts";
import type { SlackCompany, SlackProduct } from "../support/slack-product.ts";

const faults: readonly Omit<Fault, "method">[] = [
  { how: "http-500" },
  { how: "ratelimited", retryAfter: 1 },
  { how: "close-connection" },
  { how: "close-after-effect" },
  { how: "delay", delayMs: 4_000 },
];
const methods = [
  "assistant.threads.setStatus",
  "chat.startStream",
  "chat.appendStream",
  "chat.stopStream",
  "chat.update",
] as const;

type Case = readonly [method: (typeof methods)[number], how: Fault["how"], fault: Omit<Fault, "method">];

/** Each call that an answer needs while it is written, with each way in which it may fail. */
export const streamCases: readonly Case[] = methods.flatMap((method) =>
  faults.map((fault) => [method, fault.how, fault] as const),
);

/** A question in a channel of its own, whose answer meets the fault of its case. */
export interface FaultyStream {
  readonly company: SlackCompany;
  readonly channel: Channel;
  readonly method: Case[0];
  /** Empty until Slack has taken the question. */
  ts: string;
  /** How often it has met its fault. */
  met: number;
}

export const nameOfCase = (method: Case[0], how: Case[1]): string => `${method}: ${how}`;

/**
 * Asks one question for each case, all at once but those in which Slack wants a pause: that holds for a whole workspace.
 * @param companies so many that each has streams for its share of them: Slack's pace is by workspace
 * @param sentence what the model says over and over until an answer has met what it is to meet
 * @returns by `nameOfCase`, once all are answered
 */
export async function askFaultyStreams(
  product: SlackProduct,
  model: ModelServer,
  companies: readonly SlackCompany[],
  sentence: readonly string[],
): Promise<ReadonlyMap<string, FaultyStream>> {
  const asked = new Map<string, FaultyStream>();

  /** Whether an answer has come so far that it may be written to its end. */
  const isReady = ({ company, channel, method, ts, met }: FaultyStream): boolean =>
    method === "chat.stopStream" || method === "chat.update"
      ? channel
          .thread(ts)
          .some(({ user, streaming }) => user === company.bot.botUserId && streaming === "streaming")
      : met > 0;

  function answerSlowly(): void {
    const pieces = [...sentence];
    model.script({
      kind: "text",
      pieces,
      betweenMs: 60,
      async before(at, { messages }) {
        const prompt = textOfMessage(messages.at(-1)!);
        const found = [...asked.values()][Number(/start the pump (\d+)\?/.exec(prompt)?.[1])];
        if (!found) throw new Error(`nobody asked: ${prompt}`);
        // A status is shown before the first word.
        const isEarly = found.method === "assistant.threads.setStatus";
        while (at === 0 && isEarly && !isReady(found)) await pause(10);
        if (at === pieces.length - 1 && !isReady(found)) pieces.push(...sentence);
      },
    });
  }

  async function ask(company: SlackCompany, [method, how, fault]: Case): Promise<void> {
    const { sam } = company.people;
    const number = asked.size;
    const channel = company.workspace.channel({
      name: `faulty-${String(number)}`,
      members: [...Object.values(company.people), company.bot],
    });
    const found: FaultyStream = { company, channel, method, ts: "", met: 0 };
    asked.set(nameOfCase(method, how), found);
    product.platform.fail({
      ...fault,
      method,
      where({ arguments: { channel: one, channel_id: other } }) {
        const isIt = (one ?? other) === channel.id;
        if (isIt) found.met += 1;
        return isIt;
      },
    });
    answerSlowly();
    found.ts = (await sam.mention(channel, `How do I start the pump ${String(number)}?`)).ts;
  }

  async function askAll(cases: readonly Case[]): Promise<void> {
    await Promise.all(cases.map((each, at) => ask(companies[at % companies.length]!, each)));
    await product.settled(120_000);
  }

  const timings = { statusAfterMs: 20, firstTextMs: 50, streamEveryMs: 100 };
  const putBack = replaceSlackChannel(product.parts(), { timings });
  await askAll(streamCases.filter(([, how]) => how !== "ratelimited"));
  await askAll(streamCases.filter(([, how]) => how === "ratelimited"));
  putBack();
  return asked;
}
