import { beforeAll, describe, expect, it } from "@jest/globals";
import { chatBench } from "../../../tests/support/chat-bench.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Department } from "../../../core/identity/member.ts";
import { exampleQuestions } from "../../../core/identity/askable-departments.ts";
import { departmentsMessage, helpMessage } from "./help-messages.ts";
import { homeView } from "./home-view.ts";
import { statusMessage } from "./status-message.ts";

const none = { questions: [], waiting: [], approvals: [] };

describe("what a person is told of the ways to ask", () => {
  let ada: Identity;
  beforeAll(async () => {
    ada = await chatBench().identity("ada");
  });
  const asking = (...examples: readonly (readonly string[])[]): Identity => ({
    ...ada,
    departments: ada.departments.map((department, place): Department => ({
      ...department,
      exampleQuestions: examples[place] ?? [],
    })),
  });
  const firstSlug = (): string => ada.departments.find(({ id }) => ada.scope.departments.has(id))?.slug ?? "";

  it("names a department that they can ask", () => {
    expect(helpMessage(ada, "en", "UBOT").text).toContain(`as in ${firstSlug()}: …`);
    expect(helpMessage(ada, "th", "UBOT").text).toContain(`เช่น ${firstSlug()}: …`);
    const nowhere = { ...ada, scope: { ...ada.scope, departments: new Map() } };
    expect(helpMessage(nowhere, "en", "UBOT").text).not.toContain("certain department");
  });

  it("gives examples of each department in turn, in the reader's language", () => {
    const identity = asking(["How?", "ลากี่วัน", "Why?"], ["ใครอนุมัติ", "When?"]);
    expect(exampleQuestions(identity, "en", 5)).toEqual(["How?", "When?", "Why?"]);
    expect(exampleQuestions(identity, "th", 5)).toEqual(["ใครอนุมัติ", "ลากี่วัน"]);
    expect(exampleQuestions(identity, "en", 1)).toEqual(["How?"]);
    const { text } = departmentsMessage(identity, "th");
    expect(text).toContain("ลากี่วัน");
    expect(text).not.toContain("How?");
  });

  it("gives those of another language where there are no others", () => {
    expect(exampleQuestions(asking(["ลากี่วัน"]), "en", 5)).toEqual(["ลากี่วัน"]);
    expect(departmentsMessage(asking(["ลากี่วัน"]), "en").text).toContain("ลากี่วัน");
  });

  it("says who they are and how answers are made, each in a line", () => {
    expect(statusMessage(ada, none, "en", null).text).toMatch(
      /You are Ada Admin here\.\nAnswers quote the documents; no language model is used\.$/,
    );
  });

  it("greets on the Home tab by the first name, and tells there how to address a department", () => {
    const { blocks } = homeView({
      identity: ada,
      language: "en",
      matters: none,
      notice: null,
      fieldKey: "1",
      modelName: null,
    });
    expect(blocks[0]).toMatchObject({
      type: "header",
      text: { text: "Hello Ada, what would you like to know?" },
    });
    expect(JSON.stringify(blocks)).toContain(`as in \`${firstSlug()}: …\``);
  });
});
