/** As much of a JSON Schema as tells its fields. */
export interface Described {
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
  readonly default?: unknown;
}

/** Every field by its path, with its default as it is written; empty where it has none. */
export function describedFields(schema: Described, path = ""): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const inside = schema.anyOf?.find(({ properties }) => properties) ?? schema;
  for (const [name, field] of Object.entries(inside.properties ?? {})) {
    const place = path === "" ? name : `${path}.${name}`;
    fields.set(place, writeDefault(field.default));
    const below = field.items?.properties
      ? describedFields(field.items, `${place}[]`)
      : describedFields(field, place);
    for (const [inner, value] of below) fields.set(inner, value);
  }
  return fields;
}

const writeDefault = (value: unknown): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
