import type { ExtraProps } from "react-markdown";

/** The parts of a drawn Markdown text that the page's plugins read and change. */
export type TreeElement = NonNullable<ExtraProps["node"]>;
export type TreeNode = TreeElement["children"][number];
export type TreeText = Extract<TreeNode, { type: "text" }>;
export interface TreeRoot {
  type: "root";
  children: TreeNode[];
}
