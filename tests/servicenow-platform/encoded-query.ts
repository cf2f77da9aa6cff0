/** A record of a table: every field is text. */
export type StoredRecord = Record<string, string>;

/** What an encoded query finds, in its order; null where it is none that this instance knows. */
export function runQuery(
  records: readonly StoredRecord[],
  query: string,
  isField: (name: string) => boolean,
): readonly StoredRecord[] | null {
  let found = [...records];
  const orders: string[] = [];
  for (const condition of query.split("^").filter((part) => part !== "")) {
    const order = /^ORDERBY(\w+)$/.exec(condition)?.[1];
    if (order !== undefined) {
      if (!isField(order)) return null;
      orders.push(order);
      continue;
    }
    const match = /^([a-z_]+)(=|IN)(.*)$/s.exec(condition);
    if (!match) return null;
    const [, field = "", operator = "", value = ""] = match;
    if (!isField(field) || /^javascript:/i.test(value)) return null;
    const wanted = (operator === "IN" ? value.split(",") : [value]).map((one) => one.toLowerCase());
    // ServiceNow compares without regard to case.
    found = found.filter((record) => wanted.includes((record[field] ?? "").toLowerCase()));
  }
  for (const order of orders.toReversed()) {
    found = found.toSorted((one, other) => (one[order] ?? "").localeCompare(other[order] ?? ""));
  }
  return found;
}
