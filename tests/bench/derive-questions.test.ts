import { describe, expect, it } from "@jest/globals";
import type { DemoDocument } from "./demo-documents.ts";
import { deriveQuestions } from "./derive-questions.ts";

const documentOf = (file: string, title: string, content: string): DemoDocument => ({
  file,
  title,
  departmentSlug: file.split("/")[0] ?? "",
  content,
});
const documents = [
  documentOf("it/a.md", "Disk Full", "# Disk Full\n\n## Meaning\n\nNo space.\n\n## Mitigation\n\nDelete.\n"),
  documentOf("it/b.md", "Node Down", "# Node Down\n\n## Meaning\n\nIt is off.\n\n## Related alerts\n\nx\n"),
  documentOf(
    "hr/c.md",
    "Leave",
    "# Leave\n\n## How many days do I get?\n\n25.\n\n## Related alerts\n\nx\n\n## Rules\n",
  ),
];

describe("deriveQuestions", () => {
  it("asks for titles, for runbooks' sections and for headings of one document", () => {
    const texts = deriveQuestions(documents, 100, 1).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        "What does Disk Full mean?",
        "How do I fix Disk Full?",
        "What does Node Down mean?",
        "How many days do I get?",
      ]),
    );
    expect(texts).toHaveLength(7);
    expect(texts.join(" ")).not.toMatch(/related alerts|rules/i);
  });

  it("names the department in every other question, and offers a follow-up to each", () => {
    const questions = deriveQuestions(documents, 4, 1);
    expect(questions.map(({ departmentSlug }) => departmentSlug === null)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(questions.every(({ followUp }) => followUp.endsWith("?"))).toBe(true);
  });

  it("gives the same for the same seed, and another order for another", () => {
    expect(deriveQuestions(documents, 7, 5)).toEqual(deriveQuestions(documents, 7, 5));
    expect(deriveQuestions(documents, 7, 5)).not.toEqual(deriveQuestions(documents, 7, 6));
  });
});
