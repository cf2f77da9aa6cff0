import { textOf } from "./check-activity.ts";
import type { TokenIssuer } from "../teams/token-issuer.ts";
import type { Delivery, Json } from "./teams-platform.ts";

export interface Deliveries {
  readonly log: readonly Delivery[];
  connect(bot: { readonly url: string }): void;
  /** Signed and sent, and waited for until the bot has answered or its time is up. */
  send(activity: Json, token?: string | null): Promise<Delivery>;
  settled(): Promise<void>;
}

export function createDeliveries(
  issuer: TokenIssuer,
  serviceUrl: () => string,
  options: {
    readonly answerWithinMs: number;
    readonly keepLogs: boolean;
    /** Told of each answer to an invoke that the bot has taken, by the invoke's name. */
    readonly onAnswer?: (name: string, answer: unknown) => void;
  },
): Deliveries {
  const log: Delivery[] = [];
  const open = new Set<Promise<unknown>>();
  let url: string | undefined;
  let token: { readonly value: string; readonly until: number } | undefined;

  /** One serves for an hour, as Teams' do. */
  const ownToken = (): string => {
    if (!token || Date.now() > token.until)
      token = { value: issuer.token(serviceUrl()), until: Date.now() + 1_800_000 };
    return token.value;
  };

  async function send(activity: Json, given: string | null | undefined): Promise<Delivery> {
    const kind = `${textOf(activity["type"])} ${textOf(activity["name"])}`.trim();
    const delivery: { -readonly [Key in keyof Delivery]: Delivery[Key] } = {
      kind,
      activity,
      status: undefined,
      answer: undefined,
      tookMs: undefined,
    };
    if (options.keepLogs) log.push(delivery);
    if (url === undefined) return delivery;
    const since = performance.now();
    const bearer = given === undefined ? ownToken() : given;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json; charset=utf-8",
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(activity),
        signal: AbortSignal.timeout(options.answerWithinMs),
      });
      delivery.answer = parsed(await response.text());
      delivery.status = response.status;
      if (delivery.status === 200 && activity["type"] === "invoke")
        options.onAnswer?.(textOf(activity["name"]), delivery.answer);
    } catch {
      delivery.status = 0;
    }
    delivery.tookMs = performance.now() - since;
    return delivery;
  }

  return {
    log,
    connect: (bot) => {
      ({ url } = bot);
    },
    send(activity, given) {
      const work = send(activity, given);
      open.add(work);
      void work.finally(() => open.delete(work));
      return work;
    },
    async settled() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
