import { describe, expect, it } from "@jest/globals";
import {
  sampleEscalationView,
  samplePage,
  sampleTicket,
} from "../../tests/support/sample-escalation-view.ts";
import { escalationTexts } from "./escalation-texts.ts";
import type { EscalationNews } from "./escalation-view.ts";
import type { Part } from "./escalation-words.ts";
import { sayLink, sayNews } from "./say-news.ts";

const plain = (parts: readonly Part[]): string =>
  parts
    .map((part) => (typeof part === "string" ? part : "moment" in part ? part.moment : part.text))
    .join("");
const line = (news: EscalationNews, language: "en" | "th" = "en"): string =>
  plain(sayNews(news, language).line);
const at = "2026-01-12T02:44:00Z";

describe("news of an escalation", () => {
  it("name who was paged as far as that is known and may be told", () => {
    expect(line({ what: "paged", who: ["Ana"], at })).toBe(`Ana is on call and was paged ${at}.`);
    expect(line({ what: "paged", who: ["Ana", "Ben"], at })).toBe(
      `Ana and Ben are on call and were paged ${at}.`,
    );
    expect(line({ what: "paged", who: null, at })).toBe(`Whoever is on call was paged ${at}.`);
    expect(line({ what: "paged", who: [], at })).toBe(`Paged ${at}.`);
  });

  it("tell who did what and where, or leave out who", () => {
    expect(line({ what: "acknowledged", by: "Ana", where: "here" })).toBe("Ana acknowledged it.");
    expect(line({ what: "acknowledged", by: null, where: "jira" })).toBe("It was acknowledged in Jira.");
    expect(line({ what: "assigned", name: "OPS-12", to: ["Ana"] })).toBe("OPS-12 is assigned to Ana.");
    expect(line({ what: "assigned", name: "OPS-12", to: [] })).toBe("OPS-12 is assigned to nobody any more.");
    expect(line({ what: "assigned", name: "OPS-12", to: null })).toBe("OPS-12 was assigned.");
    expect(line({ what: "status", name: "OPS-12", status: "Done" })).toBe("OPS-12 is now “Done”.");
    expect(line({ what: "reopened", by: null })).toBe("It was opened again.");
    expect(line({ what: "resolved", by: null, where: "here", resolution: null })).toBe("Resolved.");
  });

  it("quote what is long, and keep what is short in the line", () => {
    const resolved = { what: "resolved", by: "Ben", where: "jira" } as const;
    expect(sayNews({ ...resolved, resolution: " Fixed " }, "en")).toEqual({
      line: ["Resolved in Jira by Ben: Fixed"],
      quote: null,
    });
    for (const resolution of ["One.\nTwo.", "x".repeat(121)])
      expect(sayNews({ ...resolved, resolution }, "en")).toEqual({
        line: ["Resolved in Jira by Ben:"],
        quote: resolution,
      });
  });

  it("say what could not be made, what that means and what to do", () => {
    const failed = line({ what: "failed", system: "pagerduty", error: "the key is wrong" });
    expect(failed).toMatch(/^Nobody could be paged through PagerDuty: the key is wrong\. The question stays/);
    expect(line({ what: "failed", system: "jira", error: "x ".repeat(900) }).length).toBeLessThan(500);
    expect(line({ what: "not_done", system: "jira", wanted: "comment", error: "the issue is gone" })).toBe(
      "A comment did not reach Jira: the issue is gone. Administrators can send it again in the web console.",
    );
  });

  it("exist in Thai, in sentences of their own", () => {
    const all: readonly EscalationNews[] = [
      { what: "paged", who: ["Ana"], at },
      { what: "ticket_created", name: "OPS-12", url: null },
      { what: "acknowledged", by: null, where: "pagerduty" },
      { what: "acknowledged", by: "Ana", where: "here" },
      { what: "assigned", name: "OPS-12", to: [] },
      { what: "status", name: "OPS-12", status: "Done" },
      { what: "resolved", by: "Ana", where: "jira", resolution: null },
      { what: "reopened", by: null },
      { what: "comment", name: "OPS-12", by: "Ana", text: "x" },
      { what: "failed", system: "servicenow", error: "x" },
      { what: "not_done", system: "jira", wanted: "comment", error: "x" },
      { what: "not_done", system: "servicenow", wanted: "move", error: "x" },
      { what: "not_done", system: "pagerduty", wanted: "responders", error: "x" },
    ];
    for (const one of all) {
      expect(line(one, "th")).toMatch(/[\u0e00-\u0e7f]/);
      expect(line(one, "th")).not.toMatch(/ {2}|null|undefined/);
    }
    expect(line({ what: "acknowledged", by: "Ana", where: "jira" }, "th")).toBe("Ana รับเรื่องใน Jira แล้ว");
  });
});

describe("a ticket or an incident on a card", () => {
  it("tells its status and who has it", () => {
    expect(plain(sayLink(sampleTicket, "en"))).toBe("To Do · assigned to Daniel Weber");
    expect(plain(sayLink({ ...sampleTicket, assignees: [] }, "en"))).toBe("To Do · assigned to nobody yet");
    const untold = { ...sampleTicket, status: null, assignees: [] };
    expect(plain(sayLink(untold, "en"))).toBe("created 2026-01-12T02:44:00.000Z");
    expect(plain(sayLink(samplePage, "en"))).toBe(
      "Triggered · Anan Wongsuwan was paged 2026-01-12T02:44:00.000Z",
    );
    expect(plain(sayLink({ ...samplePage, madeAt: null, assignees: null, status: null }, "en"))).toBe(
      "assigned",
    );
  });

  it("has a word for every state and trigger, in both languages", () => {
    const { triggers, state } = sampleEscalationView();
    for (const texts of Object.values(escalationTexts)) {
      expect(triggers.map((trigger) => texts.trigger[trigger]).join("")).not.toBe("");
      expect(texts.state[state]("Ana")).not.toBe("");
      expect(texts.state.acknowledged(null)).not.toContain("null");
    }
  });
});
