import { expect, it } from "@jest/globals";
import { refusalOf as jiraRefusal } from "../../adapters/jira/client/translate-answer.ts";
import { refusalsOf as pagerDutyRefusals } from "../../adapters/pagerduty/refusal.ts";
import { refusalsOf as serviceNowRefusals } from "../../adapters/servicenow/refusal.ts";
import { addFaultTexts, faultText } from "../../admin-web/src/locales/fault-text.ts";
import { thaiFaults } from "../../admin-web/src/locales/th-faults.ts";

addFaultTexts("th", thaiFaults);
const now = new Date("2026-11-21T08:00:00Z");
const pagerDuty = pagerDutyRefusals("https://api.pagerduty.com", []);
const serviceNow = serviceNowRefusals("https://acme.service-now.com", []);
const statuses = [401, 404, 429, 500];
const ofJira = statuses.map((status) =>
  jiraRefusal({ status, headers: new Headers(), body: "" }, { clock: { now: () => now }, token: "t" }),
);
const ofPagerDuty = statuses.map((status) =>
  pagerDuty.refused({ status, header: () => null, message: "" }, now),
);
const ofServiceNow = statuses.map((status) =>
  serviceNow.refused({ status, headers: new Headers(), message: "" }, now),
);
const lost = [pagerDuty.lost(new Error("gone")), serviceNow.lost(new Error("gone"))];

it.each([...ofJira, ...ofPagerDuty, ...ofServiceNow, ...lost].map(({ message }) => message))(
  "says in Thai: %s",
  (message) => {
    expect(faultText(message, "th")).toMatch(/[\u0e00-\u0e7f]/);
    expect(faultText(message, "en")).toBe(message);
  },
);

it("keeps what the system itself has said, and words that are not known", () => {
  expect(faultText("PagerDuty refuses it (400): Event object is invalid", "th")).toBe(
    "PagerDuty ปฏิเสธคำขอ (400): Event object is invalid",
  );
  expect(faultText("Something else.", "th")).toBe("Something else.");
});
