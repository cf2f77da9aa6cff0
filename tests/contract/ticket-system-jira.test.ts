import { expect, it } from "@jest/globals";
import type { JiraPlatform } from "../jira-platform/create-jira-platform.ts";
import { jiraUnderTest } from "../jira-platform/jira-under-test.ts";
import { ticketSystemContract } from "./ticket-system.ts";

const platforms: JiraPlatform[] = [];

for (const edition of ["cloud", "data_center"] as const)
  ticketSystemContract(`Jira ${edition}`, async () => {
    const opened = await jiraUnderTest(edition);
    platforms.push(opened.platform);
    return opened;
  });

it("asks nothing that Jira's description does not have", () => {
  expect(platforms.map(({ violations }) => violations)).toEqual([[], []]);
});
