import { describe, expect, it } from "@jest/globals";
import type { TreeNode, TreeRoot } from "../citations/markdown-tree.ts";
import { citationMarks } from "./citation-marks.ts";

const paragraph = (...children: TreeNode[]): TreeRoot => ({
  type: "root",
  children: [{ type: "element", tagName: "p", properties: {}, children: children }],
});

function flat(tree: TreeRoot): string {
  const words = (node: TreeRoot | TreeNode[][number]): string =>
    node.type === "text"
      ? node.value
      : node.type === "element" && node.tagName === "button"
        ? `<${String(node.properties["dataCitation"])}>`
        : "children" in node
          ? node.children.map(words).join("")
          : "";
  return words(tree);
}

describe("citationMarks", () => {
  it.each([
    ["Drain it first [1][12]. Then [2]", "Drain it first\u00a0<1><12>. Then\u00a0<2>"],
    ["[3] begins", "<3> begins"],
    ["an array[1000] and [a] and []", "an array[1000] and [a] and []"],
  ])("%s", (text, expected) => {
    const tree = paragraph({ type: "text", value: text });
    citationMarks()(tree);
    expect(flat(tree)).toBe(expected);
  });

  it("leaves code alone", () => {
    const tree = paragraph({
      type: "element",
      tagName: "code",
      properties: {},
      children: [{ type: "text", value: "argv[1]" }],
    });
    citationMarks()(tree);
    expect(flat(tree)).toBe("argv[1]");
  });
});
