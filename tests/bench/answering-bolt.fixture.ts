// The least Bolt app that answers a click: one message in the thread, and one change of the message that was clicked. It is
// told the signing secret, where Slack is and the bots' tokens, and answers with its port.
import type { AddressInfo } from "node:net";
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";

interface Told {
  readonly signingSecret: string;
  readonly apiUrl: string;
  readonly tokens: Readonly<Record<string, string>>;
}

process.once("message", ({ signingSecret, apiUrl, tokens }: Told) => {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: ["/slack/events"],
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    receiver,
    authorize: ({ teamId }) => {
      const botToken = tokens[teamId ?? ""];
      return Promise.resolve(botToken === undefined ? {} : { botToken });
    },
    clientOptions: { slackApiUrl: apiUrl },
    logLevel: LogLevel.ERROR,
  });
  app.action("approve", async ({ ack, body, client }) => {
    await ack();
    if (body.type !== "block_actions" || body.channel === undefined || body.message === undefined) return;
    const { id: channel } = body.channel;
    const { ts } = body.message;
    await client.chat.postMessage({ channel, thread_ts: ts, text: "Approved." });
    await client.chat.update({ channel, ts, text: "Approved.", blocks: [] });
  });
  void app.start({ port: 0, host: "127.0.0.1" }).then((server) => {
    process.send?.({ port: (server as { address(): AddressInfo }).address().port });
  });
});
