import { createHmac, randomUUID } from "node:crypto";

/** A webhook on its way. */
export interface Delivery {
  /** Of `X-Webhook-Id`: the same each time that it is sent. */
  readonly id: string;
  readonly type: string;
  readonly body: Buffer;
  /** Statuses that it was answered with; 0 where there was no answer. */
  readonly answers: number[];
}

export interface WebhookSender {
  /** Where webhooks go, and what signs them: several secrets while one is exchanged. */
  target: { readonly url: string; readonly secrets: readonly string[] } | null;
  /** While true, what happens is kept in `held` and not sent. */
  hold: boolean;
  readonly held: Delivery[];
  /** All that there ever were, oldest first. */
  readonly deliveries: Delivery[];
  /** Tries in vain before it is given up. */
  tries: number;
  /** Before it is tried again, in milliseconds; twice as long each time. */
  retryMs: number;
  tell(type: string, payload: object): void;
  /** Sends one once, as it is or changed; its answer's status, 0 without one. */
  send(
    delivery: Delivery,
    changed?: { readonly body?: Buffer; readonly signature?: string },
  ): Promise<number>;
  /** Sends what was held, in this order or as it happened. */
  release(order?: readonly Delivery[]): Promise<void>;
  /** When nothing is on its way any more. */
  settled(): Promise<void>;
}

/** `X-PagerDuty-Signature` (https://developer.pagerduty.com/docs/webhooks/webhook-signatures/). */
export const signWebhook = (body: Uint8Array, secrets: readonly string[]): string =>
  secrets.map((secret) => `v1=${createHmac("sha256", secret).update(body).digest("hex")}`).join(",");

/** Sends webhooks v3 one after the other, and again where that was in vain. */
export function createWebhookSender(): WebhookSender {
  let line: Promise<void> = Promise.resolve();

  async function push(delivery: Delivery): Promise<void> {
    for (let attempt = 1; attempt <= sender.tries; attempt += 1) {
      const status = await sender.send(delivery);
      // What is refused is dropped, but for 429.
      if (status !== 0 && status !== 429 && status < 500) return;
      if (attempt < sender.tries) {
        await new Promise((resolve) => setTimeout(resolve, sender.retryMs * 2 ** (attempt - 1)));
      }
    }
  }

  const sender: WebhookSender = {
    target: null,
    hold: false,
    held: [],
    deliveries: [],
    tries: 5,
    retryMs: 100,
    tell(type, payload) {
      const delivery = { id: randomUUID(), type, body: Buffer.from(JSON.stringify(payload)), answers: [] };
      sender.deliveries.push(delivery);
      if (sender.hold) sender.held.push(delivery);
      else if (sender.target) line = line.then(() => push(delivery));
    },
    async send(delivery, { body = delivery.body, signature } = {}) {
      const { target } = sender;
      if (!target) throw new Error("The webhook has no address.");
      const status = await fetch(target.url, {
        method: "POST",
        body: new Uint8Array(body),
        headers: {
          "content-type": "application/json",
          "user-agent": "PagerDuty-Webhook/V3.0",
          "x-webhook-id": delivery.id,
          "x-pagerduty-signature": signature ?? signWebhook(body, target.secrets),
        },
        signal: AbortSignal.timeout(120_000),
      }).then(
        async (response) => {
          await response.arrayBuffer().catch(() => null);
          return response.status;
        },
        () => 0,
      );
      delivery.answers.push(status);
      return status;
    },
    async release(order) {
      const waiting = order ?? [...sender.held];
      sender.held.splice(0);
      sender.hold = false;
      for (const delivery of waiting) await push(delivery);
    },
    settled: () => line,
  };
  return sender;
}
