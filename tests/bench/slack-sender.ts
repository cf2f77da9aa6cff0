import { setTimeout as sleep } from "node:timers/promises";
import { botClient } from "../slack-platform/bot-client.ts";
import { signRequest } from "../slack-platform/signature.ts";
import { type Arrival, type OpenLoop, openLoop } from "./load-generator.ts";
import type { WrittenQuestion } from "./local-slack.ts";

/** How long Slack waits for an acknowledgement before it sends the event again, in milliseconds (docs.slack.dev, Events API). */
const patienceMs = 3_000;

/** What an event was answered with, and when (`performance.now()`). */
export interface Acknowledgement {
  /** 0 where nothing came in time. */
  readonly status: number;
  readonly at: number;
}

export interface SlackSender {
  /** Signs and sends an event, as Slack does. */
  send(question: WrittenQuestion, retry?: number): Promise<Acknowledgement>;
  close(): void;
}

export function createSender(url: string, signingSecret: string): SlackSender {
  const client = botClient();
  return {
    async send({ body }, retry) {
      const bytes = Buffer.from(body);
      const timestamp = Math.floor(Date.now() / 1_000);
      const headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": String(timestamp),
        "X-Slack-Signature": signRequest(signingSecret, timestamp, bytes),
        ...(retry === undefined
          ? {}
          : { "X-Slack-Retry-Num": String(retry), "X-Slack-Retry-Reason": "http_timeout" }),
      };
      const { status } = await client.post(url, headers, bytes, patienceMs);
      return { status, at: performance.now() };
    },
    close: () => client.close(),
  };
}

/** Of so many events one is sent again: by turns beside the first, a second later and ten seconds later. */
const repeatEvery = 100;
const repeatAfterMs = [0, 1_000, 10_000] as const;

export interface Sent {
  readonly arrivals: readonly Arrival<Acknowledgement>[];
  /** What was sent again, some of it long after the last arrival. */
  readonly repeats: Promise<readonly Acknowledgement[]>;
}

/** Sends each event when it is due, whatever became of those before, and some of them again. Resolves after the last. */
export async function sendAll(
  sender: SlackSender,
  questions: readonly WrittenQuestion[],
  perSecond: OpenLoop["perSecond"],
): Promise<Sent> {
  const repeats: Promise<Acknowledgement>[] = [];
  const repeatLater = async (question: WrittenQuestion, afterMs: number): Promise<Acknowledgement> => {
    if (afterMs > 0) await sleep(afterMs);
    return await sender.send(question, 1);
  };
  const arrivals = await openLoop({ perSecond, seconds: questions.length / perSecond }, (index) => {
    const question = questions[index]!;
    const first = sender.send(question);
    if (index % repeatEvery === 0) {
      repeats.push(repeatLater(question, repeatAfterMs[(index / repeatEvery) % repeatAfterMs.length]!));
    }
    return first;
  });
  return { arrivals, repeats: Promise.all(repeats) };
}
