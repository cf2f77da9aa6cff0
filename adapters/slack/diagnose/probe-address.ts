import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../../../core/clock.ts";
import { signalAfterRunning } from "../client/running-time.ts";
import { slackPaths } from "../surface.ts";

export const slackAddresses = ["events", "interactions", "commands"] as const;
export type SlackAddressName = (typeof slackAddresses)[number];

export interface ProbeOptions {
  /** Where Slack reaches this server, without a slash at the end. */
  readonly publicUrl: string;
  readonly signingSecret: string;
  readonly clock: Clock;
}

/** What an address did with a request as Slack sends it, and with the same request signed by somebody else. */
export interface ProbedAddress {
  readonly url: string;
  readonly status: number;
  /** Whether the answer repeats the challenge: only The Expert's own address does. */
  readonly echoed: boolean;
  readonly forgedStatus: number;
  readonly milliseconds: number;
}

/** Slack waits this long for an answer. */
export const slackPatienceMs = 3_000;
/** Longer, for both requests, so that an address that is only slow is told from one that is not there. */
const timeoutMs = 15_000;

/**
 * Sends the address the question that Slack sends when it is entered, in the form that requests to it have. Throws what
 * the connection throws.
 */
export async function probeAddress(name: SlackAddressName, options: ProbeOptions): Promise<ProbedAddress> {
  const { clock } = options;
  const url = `${options.publicUrl}${slackPaths[name]}`;
  const challenge = randomBytes(16).toString("hex");
  const { body, contentType } = bodies[name](challenge);
  const timestamp = String(Math.floor(clock.now().getTime() / 1_000));
  const { signal, end } = signalAfterRunning(timeoutMs);
  const send = (secret: string): Promise<Response> =>
    fetch(url, {
      method: "POST",
      body,
      redirect: "manual",
      signal,
      headers: {
        "content-type": contentType,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": sign(secret, timestamp, body),
      },
    });
  try {
    const begun = clock.now().getTime();
    const response = await send(options.signingSecret);
    const echoed = (await response.text()).includes(challenge);
    const milliseconds = clock.now().getTime() - begun;
    const forged = await send(randomBytes(16).toString("hex"));
    await forged.body?.cancel();
    return { url, status: response.status, echoed, forgedStatus: forged.status, milliseconds };
  } finally {
    end();
  }
}

const asked = (challenge: string) => ({ type: "url_verification", challenge });
const form = "application/x-www-form-urlencoded";

const bodies: Readonly<
  Record<SlackAddressName, (challenge: string) => { readonly body: string; readonly contentType: string }>
> = {
  events: (challenge) => ({ body: JSON.stringify(asked(challenge)), contentType: "application/json" }),
  interactions: (challenge) => ({
    body: new URLSearchParams({ payload: JSON.stringify(asked(challenge)) }).toString(),
    contentType: form,
  }),
  commands: (challenge) => ({ body: new URLSearchParams(asked(challenge)).toString(), contentType: form }),
};

/** As https://docs.slack.dev/authentication/verifying-requests-from-slack describes it. */
const sign = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
