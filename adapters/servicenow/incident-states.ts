import type { ExternalChange } from "../../core/escalation/external-change.ts";

/**
 * The state model of incidents, by the value that is kept; 4 and 5 are of the older model
 * (https://support.servicenow.com/kb?id=kb_article_view&sysparm_article=KB0564465).
 */
const states = new Map<
  string,
  { readonly names: readonly string[]; readonly state: ExternalChange["state"] }
>([
  ["1", { names: ["new"], state: "open" }],
  ["2", { names: ["in progress", "active", "work in progress"], state: "acknowledged" }],
  ["3", { names: ["on hold", "awaiting problem"], state: "acknowledged" }],
  ["4", { names: ["awaiting user info"], state: "acknowledged" }],
  ["5", { names: ["awaiting evidence"], state: "acknowledged" }],
  // The policy's own word, which is Jira's, is taken for it.
  ["6", { names: ["resolved", "resolve", "done"], state: "resolved" }],
  ["7", { names: ["closed"], state: "resolved" }],
  ["8", { names: ["canceled", "cancelled"], state: "resolved" }],
]);

/** An instance's own further states are in between: somebody put it there. */
export const stateOf = (value: string): ExternalChange["state"] => states.get(value)?.state ?? "acknowledged";

/** The value of a state by its name in letters of either case, or by itself; null where there is none. */
export function stateByName(name: string): string | null {
  const wanted = name.trim().replaceAll(/\s+/g, " ").toLowerCase();
  for (const [value, { names }] of states) if (value === wanted || names.includes(wanted)) return value;
  return null;
}

export const isSettled = (value: string): boolean => stateOf(value) === "resolved";
