import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { pagerDutyEvents } from "../../adapters/pagerduty/read-webhook.ts";
import { stateByName } from "../../adapters/servicenow/incident-states.ts";
import { connectionSettings } from "../../core/connections/connection-settings.ts";
import { escalationPolicy } from "../../core/escalation/policy.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const pagerDuty = await read("docs/pagerduty.md");
const serviceNow = await read("docs/servicenow.md");

/** First cells of the rows below the header that begins with this word, as they stand in code. */
function rowsOf(page: string, first: string): readonly string[] {
  const lines = page.split("\n").map((line) => line.trim());
  const header = lines.findIndex((line) => line.startsWith(`| ${first} `));
  const after = lines.slice(header + 2);
  const cells = after.slice(
    0,
    after.findIndex((line) => !line.startsWith("|")),
  );
  return cells.flatMap((line) =>
    [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}

const policy = escalationPolicy.parse({
  ticket: { connection: "x" },
  page: { connection: "x" },
});

describe("docs/pagerduty.md", () => {
  it("lists every event that is read", () => {
    expect(rowsOf(pagerDuty, "event")).toEqual(pagerDutyEvents);
  });

  it("explains every member of a policy's page, and the connection's odd ones", () => {
    expect(rowsOf(pagerDuty, "member").toSorted()).toEqual(Object.keys(policy.page ?? {}).toSorted());
    for (const name of ["service_id", "poll_seconds"]) {
      expect(Object.keys(connectionSettings.pagerduty.settings.shape)).toContain(name);
    }
    expect(pagerDuty).toContain("`service_id`");
  });
});

describe("docs/servicenow.md", () => {
  it("explains every member of a policy's ticket", () => {
    expect(rowsOf(serviceNow, "member").toSorted()).toEqual(Object.keys(policy.ticket ?? {}).toSorted());
  });

  it("names states that there are", () => {
    const named = /a state by its name \(([^)]+)\)/.exec(serviceNow)?.[1]?.match(/[A-Z][A-Za-z ]+/g) ?? [];
    expect(named).toHaveLength(6);
    for (const name of [...named, "Done"]) expect(stateByName(name)).not.toBeNull();
    expect(Object.keys(connectionSettings.servicenow.settings.shape)).toContain("close_code");
    expect(serviceNow).toContain("`close_code`");
  });
});
