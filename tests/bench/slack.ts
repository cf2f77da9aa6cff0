import { withBareBolt } from "./bare-bolt.ts";
import type { BenchOptions, BenchOutcome, BenchSkipped } from "./bench.ts";
import { askerEmails } from "./bench-company.ts";
import { benchEvents } from "./bench-events.ts";
import type { EventBench } from "./event-platform.ts";
import type { WrittenEvent } from "./event-sender.ts";
import { withLocalSlack } from "./local-slack.ts";
import { saveInstallations, slackSettings } from "./slack-company.ts";
import { createSlackSender } from "./slack-sender.ts";

const workspacesCount = 100;
/** Of each workspace; each person has direct messages with the bot and a channel. */
const peopleCount = 3;

const slackBench: EventBench<WrittenEvent> = {
  channel: "slack",
  names: { platform: "Slack", bareApp: "a bare Bolt app" },
  perSecond: 200,
  withPlatform: (folder, work) =>
    withLocalSlack(
      { folder, workspaces: workspacesCount, emails: askerEmails.slice(0, peopleCount) },
      (slack) =>
        work({
          pid: slack.pid,
          settings: slackSettings(slack),
          eventsPath: "/slack/events",
          placesCount: workspacesCount * peopleCount * 2,
          connect: (databaseUrl, company) => saveInstallations(databaseUrl, company, slack),
          write: (questions) => slack.write(questions),
          sender: (eventsUrl) => createSlackSender(eventsUrl, slack.app.signingSecret),
          withBareApp: (measure) => withBareBolt(slack.app.signingSecret, measure),
          count: () => slack.count(),
        }),
    ),
};

/** Signed events of a local Slack, beside a bare Bolt app. */
export const benchSlack = (options: BenchOptions): Promise<BenchOutcome | BenchSkipped> =>
  benchEvents(slackBench, options);
