import { describe, expect, it } from "@jest/globals";
import { searchSamples } from "../../tests/support/sample-hits.ts";
import type { DepartmentId } from "../ids.ts";
import { routeDepartment } from "./route-department.ts";

const departments = [
  { id: "hr" as DepartmentId, name: "Human resources", description: "Leave, benefits and hiring" },
  { id: "it" as DepartmentId, name: "IT service desk", description: "Accounts, laptops and software" },
];
const passages = [
  { text: "Annual leave is requested in the portal.", departmentId: "hr" },
  { text: "Sick leave needs a note from a doctor.", departmentId: "hr" },
  { text: "A new laptop is requested in the portal.", departmentId: "it" },
  { text: "Printers are on the third floor.", departmentId: "elsewhere" },
];
const route = (question: string) =>
  routeDepartment({ question, departments, result: searchSamples(question, passages) });

describe("department routing", () => {
  it("follows the documents that answer", () => {
    expect(route("How do I get sick leave?").departmentId).toBe("hr");
    expect(route("Where is a new laptop requested?").departmentId).toBe("it");
  });

  it("leaves an unclear question open, with the alternatives", () => {
    const { departmentId, alternatives } = route("Where is the portal?");
    expect(departmentId).toBeNull();
    expect(alternatives.map((one) => one.departmentId).toSorted()).toEqual(["hr", "it"]);
  });

  it("reads names and descriptions where no document matches", () => {
    expect(route("software").departmentId).toBe("it");
  });

  it("never routes to a department that was not offered", () => {
    expect(route("Where are the printers?")).toEqual({ departmentId: null, alternatives: [] });
  });

  it("takes the only department there is", () => {
    const [only] = departments;
    const result = searchSamples("anything", passages);
    expect(routeDepartment({ question: "anything", departments: [only!], result }).departmentId).toBe("hr");
  });
});
