import { expect, it } from "@jest/globals";
import { slackResponseUrl } from "./tell.ts";

it.each<[string | null, boolean]>([
  ["https://hooks.slack.com/commands/T1/2/x", true],
  ["http://127.0.0.1:4000/response/1", true],
  ["http://hooks.slack.com/commands/T1/2/x", false],
  ["https://hooks.slack.com.example/commands", false],
  ["https://user@example.com/hooks.slack.com", false],
  ["http://127.0.0.1:4001/response/1", false],
  ["file:///etc/passwd", false],
  ["no address", false],
  [null, false],
])("answers go to Slack alone: %s", (address, allowed) => {
  expect(slackResponseUrl(address, "http://127.0.0.1:4000/api/")).toBe(allowed ? address : null);
});
