const hidden = "[redacted]";

/** Names whose values are secret, however they are written: apiKey, API_KEY, x-api-key. */
const secretName =
  /pass(word|wd|phrase)|tokens?$|secret|authori[sz]ation|cookie|api[_-]?key|private[_-]?key|credential|signature|session[_-]?id/i;
/** What a database's error says of a row: its values; and what an error of Redis says of the command: its arguments, with a whole prompt. */
const rowNames = new Set(["detail", "where", "hint", "internalQuery", "command", "args"]);
/** Counts and limits that only sound secret. */
const countName = /(prompt|completion|max|total|between|first).?tokens?/i;

/** The name and password in an address: `scheme://name:password@host`. */
const credentials = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/]+@/gi;
/** A bearer or basic credential in running text. */
const bearer = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi;

const longest = 2000;
const deepest = 6;

const text = (value: string): string => {
  // Cut before the search, which is slow on endless texts, and again after it, so that no secret is cut in half.
  const clean = value
    .slice(0, longest * 2)
    .replace(credentials, `$1${hidden}@`)
    .replace(bearer, `$1 ${hidden}`);
  return value.length > longest ? `${clean.slice(0, longest)}… (${value.length} characters)` : clean;
};

const isSecretName = (name: string): boolean => secretName.test(name) && !countName.test(name);

/** What may be logged of a value: without secrets, without endless texts, and without loops. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return text(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= deepest) return "[deep]";
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, 100).map((each) => redact(each, depth + 1));
  const isError = "message" in value && "stack" in value;
  const entries = Object.entries(value).filter(([name]) => !(isError && rowNames.has(name)));
  if (isError)
    // An error's own words are not enumerable.
    entries.push(
      ...["name", "message", "stack", "cause"].map((name): [string, unknown] => [
        name,
        Reflect.get(value, name),
      ]),
    );
  return Object.fromEntries(
    entries
      .filter(([, each]) => each !== undefined && typeof each !== "function")
      .map(([name, each]) => [
        name,
        isSecretName(name) && each !== null && typeof each !== "boolean" ? hidden : redact(each, depth + 1),
      ]),
  );
}
