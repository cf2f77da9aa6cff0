import { SocketModeClient } from "@slack/socket-mode";
import { WebAPIPlatformError } from "@slack/web-api";
import type { Logger } from "../../../core/logger.ts";
import type { BoltAnswer } from "./bolt-app.ts";
import type { SlackReceiver } from "./receiver.ts";
import { afterRunning } from "../client/running-time.ts";
import { createSdkLogger } from "./sdk-logger.ts";

export interface SlackSocketPorts {
  readonly receiver: Pick<SlackReceiver, "receiveEnvelope">;
  readonly logger: Logger;
}

export interface SlackSocketOptions {
  /** `xapp-…`, with connections:write. */
  readonly appToken: string;
  /** Ends in a slash. */
  readonly apiUrl: string;
}

export interface SlackSocket {
  /** Whether events arrive now. */
  readonly connected: boolean;
  /** Takes no more events, and acknowledges those that are being stored. */
  close(): Promise<void>;
}

/** What the client tells of an envelope. */
interface Envelope {
  readonly ack: (response?: BoltAnswer) => Promise<void>;
  readonly body: unknown;
  readonly type: string;
}

/** Waits before connecting again, in milliseconds: at once after a working connection, then ever longer. */
const waitsMs = [100, 1_000, 2_000, 5_000, 10_000, 30_000] as const;
/** After an answer that will not change by itself, such as a revoked token. */
const refusedWaitMs = 60_000;
const openWithinMs = 10_000;
const closeWithinMs = 5_000;

/**
 * Receives by Socket Mode, over one connection: each envelope is acknowledged once its event is stored, and otherwise
 * left for Slack to send again. Resolves after the first attempt to connect; it connects again whenever the connection
 * ends, for as long as it takes. The client's own way of connecting again is off, since it waits five seconds after each
 * of Slack's hourly refreshes, and ends the process where Slack refuses it meanwhile.
 */
export async function openSlackSocket(
  { receiver, logger }: SlackSocketPorts,
  { appToken, apiUrl }: SlackSocketOptions,
): Promise<SlackSocket> {
  const client = new SocketModeClient({
    appToken,
    logger: createSdkLogger(logger),
    autoReconnectEnabled: false,
    clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, timeout: openWithinMs },
  });
  const open = new Set<Promise<void>>();
  let connected = false;
  let closing = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> | undefined;

  const connect = async (): Promise<void> => {
    try {
      await client.start();
      if (failures > 1) logger.info("Slack's events arrive by socket again");
      connected = true;
      failures = 0;
    } catch (error) {
      // The client also tells that it is disconnected, once it had begun to connect.
      connectLater(error);
    }
  };
  const connectLater = (error?: unknown): void => {
    connected = false;
    if (closing || timer) return;
    const waitMs =
      error instanceof WebAPIPlatformError
        ? refusedWaitMs
        : (waitsMs[failures] ?? waitsMs[waitsMs.length - 1]);
    failures += 1;
    if (error !== undefined) logger.warn("Slack cannot be reached by socket", { retryMs: waitMs, error });
    timer = setTimeout(() => {
      timer = undefined;
      connecting = connect();
    }, waitMs);
  };
  client.on("disconnected", (error?: unknown) => {
    connectLater(error);
  });
  client.on("slack_event", (envelope: Envelope) => {
    if (closing) return;
    const work = take(envelope).finally(() => open.delete(work));
    open.add(work);
  });
  const take = async ({ ack, body, type }: Envelope): Promise<void> => {
    try {
      const { status, answer } = await receiver.receiveEnvelope(body);
      if (status === 200) await ack(answer);
    } catch (error) {
      // The row is there, if it was stored: what Slack sends again is taken once.
      logger.warn("an envelope of Slack could not be acknowledged; Slack sends it again", { type, error });
    }
  };
  connecting = connect();
  await connecting;
  return {
    get connected() {
      return connected;
    },
    async close() {
      closing = true;
      clearTimeout(timer);
      let end = (): void => undefined;
      const inTime = new Promise<void>((resolve) => {
        end = afterRunning(closeWithinMs, resolve);
      });
      await Promise.race([Promise.allSettled([...open, connecting]), inTime]);
      connected = false;
      await Promise.race([client.disconnect(), inTime]).finally(end);
    },
  };
}
