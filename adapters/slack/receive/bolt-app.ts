import { App, type Context, type Receiver, type RespondFn } from "@slack/bolt";
import type { Logger } from "../../../core/logger.ts";
import type { ParsedSlackEvent } from "../slack-event.ts";
import { createSdkLogger } from "./sdk-logger.ts";

/** What Slack is acknowledged with; nothing is an empty 200. */
export type BoltAnswer = string | object | undefined;

export interface BoltAppPorts {
  /** Stores what was parsed; false where the workspace is nobody's. What it throws reaches `dispatch`'s caller. */
  store(incoming: ParsedSlackEvent): Promise<boolean>;
  readonly logger: Logger;
}

export interface BoltApp {
  /** Has the app process a parsed body, and gives what it acknowledged with. */
  dispatch(body: object, parsed: ParsedSlackEvent): Promise<BoltAnswer>;
}

const notConnected =
  "This workspace is not connected to a company in The Expert yet. Ask your administrator to connect it.\n" +
  "เวิร์กสเปซนี้ยังไม่ได้เชื่อมต่อกับบริษัทใดใน The Expert โปรดแจ้งผู้ดูแลระบบ";
const onlyToThem = { response_type: "ephemeral", text: notConnected } as const;

/**
 * A Bolt app that stores what comes in, and nothing else: a global middleware, since a listener for each kind of event
 * would cost five times as much (43 against 8 µs). It holds no token: whose workspace it is, is asked once, in `store`,
 * and nothing on this path calls Slack's Web API.
 */
export function createBoltApp({ store, logger }: BoltAppPorts): BoltApp {
  let bolt: Pick<App, "processEvent"> | undefined;
  const receiver: Receiver = {
    init: (app) => {
      bolt = app;
    },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  const tellLater = (respond: RespondFn): void => {
    respond({ ...onlyToThem, replace_original: false }).catch((error: unknown) => {
      logger.warn("a person could not be told that their workspace is not connected", { error });
    });
  };
  const app = new App({
    receiver,
    logger: createSdkLogger(logger),
    authorize: () => Promise.resolve({}),
    // Parsing has left out our own messages, and conversations are the core's.
    ignoreSelf: false,
    convoStore: false,
  });
  app.use(async (args) => {
    const parsed = parsedOf(args.context);
    const known = await store(parsed);
    // Bolt acknowledges events itself.
    if (!("ack" in args) || args.ack === undefined) return;
    const { ack } = args as unknown as { ack: (answer?: BoltAnswer) => Promise<void> };
    if (known) return ack();
    if (parsed.event.kind === "command") return ack(onlyToThem);
    await ack();
    // The answer to a click or shortcut shows nothing: what is to be said goes to its response address.
    if ("responseUrl" in parsed.event && parsed.event.responseUrl !== null && "respond" in args) {
      tellLater(args.respond);
    }
  });
  app.error((error) => Promise.reject(error));
  return {
    async dispatch(body, parsed) {
      let answer: BoltAnswer;
      await bolt?.processEvent({
        body,
        ack: async (response: BoltAnswer) => {
          answer = response;
        },
        customProperties: { [parsedKey]: parsed },
      });
      return answer;
    },
  };
}

const parsedKey = "parsedSlackEvent";
const parsedOf = (context: Context): ParsedSlackEvent => context[parsedKey] as ParsedSlackEvent;
