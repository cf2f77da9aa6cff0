import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { JiraEdition } from "./present-issue.ts";

export type JiraWebhookEvent =
  | "jira:issue_created"
  | "jira:issue_updated"
  | "jira:issue_deleted"
  | "comment_created"
  | "comment_updated"
  | "comment_deleted";

/** A webhook as it was, or is to be, sent. */
export interface JiraDelivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The answer's status; null before it was sent, or where none came. */
  status: number | null;
}

/** What the local Jira sends by itself. */
export interface JiraWebhooks {
  /** All that were sent or are held, oldest first. */
  readonly deliveries: readonly JiraDelivery[];
  /** Every change is sent there from now on, signed where there is a secret. Again: there instead. */
  to(url: string, secret: string | null): void;
  /** From now on nothing is sent until `release`. */
  hold(): void;
  /** Sends what is held in this order, one after the other. */
  release(order?: (held: readonly JiraDelivery[]) => readonly JiraDelivery[]): Promise<void>;
  /** Sends once more what was sent, as it was. */
  repeat(delivery: JiraDelivery): Promise<void>;
  /** Sends what was sent with a signature of another secret. */
  forge(delivery: JiraDelivery): Promise<number | null>;
  /** Once nothing is on its way. */
  idle(): Promise<void>;
  notify(event: JiraWebhookEvent, payload: object): void;
  stop(): Promise<void>;
}

/** Jira repeats what was not taken; here sooner than there. */
const pausesMs = [50, 200, 500] as const;

export function createJiraWebhooks(edition: JiraEdition, now: () => Date): JiraWebhooks {
  const deliveries: JiraDelivery[] = [];
  const ways = new Set<Promise<void>>();
  let target: { readonly url: string; readonly secret: string | null } | null = null;
  let held: JiraDelivery[] | null = null;
  let stopped = false;

  async function post({ url, headers, body }: JiraDelivery): Promise<number | null> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers },
        body,
        signal: AbortSignal.timeout(120_000),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null;
    }
  }

  async function send(delivery: JiraDelivery): Promise<void> {
    for (const pauseMs of [...pausesMs, null]) {
      if (stopped) return;
      delivery.status = await post(delivery);
      const again = delivery.status === null || delivery.status === 429 || delivery.status >= 500;
      if (!again || pauseMs === null) return;
      await delay(pauseMs);
    }
  }

  function start(delivery: JiraDelivery): void {
    const way = send(delivery).finally(() => ways.delete(way));
    ways.add(way);
  }

  const webhooks: JiraWebhooks = {
    deliveries,
    to(url, secret) {
      target = { url, secret };
    },
    hold() {
      held ??= [];
    },
    async release(order = (all) => all) {
      const waiting = held ?? [];
      held = null;
      for (const delivery of order(waiting)) await send(delivery);
    },
    repeat: (delivery) => send(delivery),
    forge: (delivery) =>
      post({
        ...delivery,
        headers: {
          ...delivery.headers,
          "x-hub-signature": signatureOf("another secret entirely", delivery.body),
        },
      }),
    async idle() {
      while (ways.size > 0) await Promise.all(ways);
    },
    notify(event, payload) {
      if (!target || stopped) return;
      const body = JSON.stringify({ timestamp: now().getTime(), webhookEvent: event, ...payload });
      const delivery: JiraDelivery = {
        url: target.url,
        body,
        status: null,
        headers: {
          "content-type": "application/json; charset=UTF-8",
          "user-agent": "Atlassian Webhook HTTP Client",
          ...(target.secret === null ? {} : { "x-hub-signature": signatureOf(target.secret, body) }),
          // Cloud alone names each of them.
          ...(edition === "cloud" ? { "x-atlassian-webhook-identifier": randomUUID() } : {}),
        },
      };
      deliveries.push(delivery);
      if (held) held.push(delivery);
      else start(delivery);
    },
    async stop() {
      stopped = true;
      await webhooks.idle();
    },
  };
  return webhooks;
}

export const signatureOf = (secret: string, body: string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
