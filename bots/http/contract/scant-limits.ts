/** Which limits are warned of, by the same rule at the API and on the page. */
export { scantLimits } from "../../../core/budgets/scant-limits.ts";
