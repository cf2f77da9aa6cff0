import { describe, expect, it } from "@jest/globals";
import { noApproval } from "../../../core/approvals/policy.ts";
import { noEscalation } from "../../../core/escalation/policy.ts";
import type { Department } from "../../../core/identity/member.ts";
import type { DepartmentId } from "../../../core/ids.ts";
import { readCommand } from "./handle-command.ts";
import { nameDepartment } from "../../../core/conversation/name-department.ts";
import { isAmongPeople } from "./read-question.ts";

const department = (id: string, slug: string, en: string, th: string): Department => ({
  id: id as DepartmentId,
  slug,
  name: { en, th },
  description: { en: "", th: "" },
  icon: "",
  exampleQuestions: [],
  audience: "everyone",
  guests: false,
  shareable: false,
  instructions: null,
  approval: noApproval,
  escalation: noEscalation,
  calibration: null,
});
const departments = [
  department("1", "hr", "Human Resources", "ฝ่ายบุคคล"),
  department("2", "it", "IT", "ไอที"),
  department("3", "legal", "Legal", "กฎหมาย"),
];
const scope = {
  departments: new Map([
    ["1", "public" as const],
    ["2", "public" as const],
  ] as [DepartmentId, "public"][]),
  principals: new Set<string>(),
};

describe("a department at a question's start", () => {
  it.each<[string, string | null, string]>([
    ["hr: how much leave?", "1", "how much leave?"],
    ["HR : how much leave?", "1", "how much leave?"],
    ["Human resources: how much leave?", "1", "how much leave?"],
    ["**HR**: how much leave?", "1", "how much leave?"],
    ["in HR: how much leave?", "1", "how much leave?"],
    ["#hr how much leave?", "1", "how much leave?"],
    ["#HR, how much leave?", "1", "how much leave?"],
    ["ฝ่ายบุคคล: ลาได้กี่วัน", "1", "ลาได้กี่วัน"],
    ["it:\nwhat is\nthis: x", "2", "what is\nthis: x"],
    ["legal: may I?", null, "legal: may I?"],
    ["hr how much leave?", null, "hr how much leave?"],
    ["Error: it is broken", null, "Error: it is broken"],
    ["https://it: x", null, "https://it: x"],
    ["hr:", null, "hr:"],
    ["how: hr: x", null, "how: hr: x"],
  ])("%s", (text, id, question) => {
    expect(nameDepartment(text, { departments, scope })).toEqual({ departmentId: id, question });
  });
});

describe("what stands behind the command", () => {
  it.each<[string, object]>([
    ["", { kind: "help" }],
    ["help", { kind: "help" }],
    ["?", { kind: "help" }],
    ["stauts", { kind: "help" }],
    ["ask", { kind: "help" }],
    ["Departments", { kind: "departments" }],
    ["status ", { kind: "status" }],
    ["stop", { kind: "stop" }],
    ["หยุด", { kind: "stop" }],
    ["stop the pump", { kind: "ask", text: "stop the pump" }],
    ["ask how much leave?", { kind: "ask", text: "how much leave?" }],
    ["Ask: how much leave?", { kind: "ask", text: "how much leave?" }],
    ["help me with the printer", { kind: "ask", text: "help me with the printer" }],
    ["status of the boiler", { kind: "ask", text: "status of the boiler" }],
    ["ลาพักร้อนได้กี่วัน", { kind: "ask", text: "ลาพักร้อนได้กี่วัน" }],
    ["asking price of gas", { kind: "ask", text: "asking price of gas" }],
  ])("%s", (text, command) => {
    expect(readCommand(text)).toEqual(command);
  });
});

describe("people who talk among themselves", () => {
  it.each<[string, boolean]>([
    ["<@U2> did it help?", true],
    ["  <@U2|sam>, look", true],
    ["<!here> look", true],
    ["<!subteam^S1> look", true],
    ["<@UBOT> and now?", false],
    ["and what of <@U2>?", false],
    ["thanks!", true],
    ["Thank you so much :pray:", true],
    ["👍", false],
    ["ขอบคุณครับ", true],
    ["thanks, and how do I stop it?", false],
    ["ok but why?", false],
  ])("%s", (text, among) => {
    expect(isAmongPeople(text, "UBOT")).toBe(among);
  });
});
