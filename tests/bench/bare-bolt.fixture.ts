// The least Bolt app that Slack is content with: Bolt's own receiver with its signature check, one listener that does
// nothing, and the acknowledgement that Bolt gives by itself. Nothing is stored. It is told the signing secret, and
// answers with its port.
import type { AddressInfo } from "node:net";
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";

process.once("message", ({ signingSecret }: { signingSecret: string }) => {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: ["/slack/events"],
    logLevel: LogLevel.ERROR,
  });
  const app = new App({ receiver, authorize: () => Promise.resolve({}), logLevel: LogLevel.ERROR });
  app.event("app_mention", () => Promise.resolve());
  void app.start({ port: 0, host: "127.0.0.1" }).then((server) => {
    process.send?.({ port: (server as { address(): AddressInfo }).address().port });
  });
});
