import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { neededPermissions } from "../../adapters/jira/diagnose.ts";
import { heardEvents } from "../../adapters/jira/hook-reader.ts";
import { textLimit } from "../../adapters/jira/render/fit-ticket.ts";
import { labelOf } from "../../adapters/jira/ticket-label.ts";
import { connectionSettings } from "../../core/connections/connection-settings.ts";
import { escalationPolicy } from "../../core/escalation/policy.ts";
import { enEscalations } from "../../admin-web/src/locales/en-escalations.ts";

const page = await readFile(new URL("../../docs/jira.md", import.meta.url), "utf8");

/** The first cells of the table whose header begins with this word. */
function firstCells(first: string): readonly string[] {
  const lines = page.split("\n").map((line) => line.trim());
  const header = lines.findIndex((line) => new RegExp(`^\\| ${first} +\\|`).test(line));
  const after = lines.slice(header + 2);
  const end = after.findIndex((line) => !line.startsWith("|"));
  return after.slice(0, end).map((line) => (line.split("|")[1] ?? "").trim());
}

describe("docs/jira.md", () => {
  it("names every permission that the connection's test asks for", () => {
    expect(firstCells("permission")).toEqual(Object.values(neededPermissions));
  });

  it("names every event that is heard", () => {
    const events = /Choose the events: (.*)/.exec(page)?.[1] ?? "";
    expect(events).toContain("Issue **updated** and **deleted**, Comment **created** and **updated**");
    expect([...heardEvents].toSorted()).toEqual([
      "comment_created",
      "comment_updated",
      "jira:issue_deleted",
      "jira:issue_updated",
    ]);
  });

  it("names only members of a policy's ticket, and all that Jira has", () => {
    const { ticket } = escalationPolicy.parse({ ticket: { connection: "jira" } });
    const known = Object.keys(ticket ?? {}).filter((name) => name !== "configuration_item");
    expect(firstCells("member").map((cell) => cell.replaceAll("`", ""))).toEqual(known);
  });

  it("gives the limits that hold", () => {
    const settings = connectionSettings.jira.settings.parse({ base_url: "https://a.example" });
    expect(page).toContain(textLimit.toLocaleString("en"));
    expect(page).toContain(`(${String(settings.attachment_limit_mb)} MB where it is not changed)`);
    expect(page).toContain(`\`${labelOf("").slice(0, "the-expert-".length)}…\``);
  });

  it("calls the console's pages as the console does", () => {
    const { addKind, generate, test, editions } = enEscalations.connection;
    expect(page).toContain(`**${enEscalations.connections}**`);
    expect(page).toContain(`**${addKind.jira}**`);
    expect(page).toContain(`**${generate}**`);
    expect(page).toContain(`**${test}**`);
    for (const edition of Object.values(editions)) expect(page).toContain(`**${edition}**`);
  });
});
