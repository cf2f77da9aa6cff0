import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";

const folder = join(resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"), "wire/pagerduty");

export interface AskedRequest {
  readonly method: string;
  /** As it stands in the description: that of events has its `/v2` in the server's address. */
  readonly path: string;
  /** A name that ends with `[]` may stand several times. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What its JSON says; undefined where it has none. */
  readonly body?: unknown;
}

/** What in a request PagerDuty's published description of an API does not have; nothing where all is well. */
export type CheckRequest = (request: AskedRequest) => readonly string[];

interface Parameter {
  readonly name: string;
  readonly in: "query" | "header" | "path";
  readonly required?: boolean;
  readonly schema: Schema;
}
type Parameters = readonly (Parameter | { readonly $ref: string })[];
interface Operation {
  readonly parameters?: Parameters;
  readonly requestBody?: { readonly content: { readonly "application/json"?: { readonly schema: Schema } } };
}
type Schema = Readonly<Record<string, unknown>>;
interface Description {
  readonly paths: Readonly<
    Record<string, { readonly parameters?: Parameters } & Readonly<Record<string, Operation>>>
  >;
  readonly components: Readonly<Record<string, unknown>>;
}

/** Of the REST API. Null, with one line that says so, where the description is absent. */
export const openPublishedDescription = (): CheckRequest | null => openDescription("REST.openapi.json.gz");

/** Of Events API v2. Null, with one line that says so, where the description is absent. */
export const openEventsDescription = (): CheckRequest | null => openDescription("events-v2.openapi.json");

function openDescription(name: string): CheckRequest | null {
  const file = join(folder, name);
  if (!existsSync(file)) {
    console.log(
      `PagerDuty's description is absent (${file}): requests are not held to it. Set EXPERT_CORPORA.`,
    );
    return null;
  }
  const bytes = readFileSync(file);
  const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const description = JSON.parse(text) as Description;
  const ajv = new Ajv({
    coerceTypes: true,
    strict: false,
    allErrors: true,
    formats: { tzinfo: true },
  });
  ajvFormats.default(ajv);
  // Nothing of a body is changed to what the description wants.
  const strictAjv = new Ajv({ strict: false, allErrors: true });
  ajvFormats.default(strictAjv);
  // Theirs takes no address of this machine.
  for (const checks of [ajv, strictAjv]) checks.addFormat("url", /^https?:\/\/\S+$/);
  const compiled = new Map<
    string,
    { readonly head: ValidateFunction; readonly body: ValidateFunction | null }
  >();
  return ({ method, path, query, headers, body }) => {
    const template = templateOf(description, path);
    const operation =
      template === undefined ? undefined : description.paths[template]?.[method.toLowerCase()];
    if (template === undefined || !operation) return [`${method} ${path} is not described`];
    const key = `${method} ${template}`;
    const bodySchema = operation.requestBody?.content["application/json"]?.schema;
    const validate = compiled.get(key) ?? {
      head: ajv.compile(schemaOf(description, template, operation)),
      body: bodySchema ? strictAjv.compile(closed(description, corrected(template, bodySchema))) : null,
    };
    compiled.set(key, validate);
    const told = (validator: ValidateFunction): readonly string[] =>
      (validator.errors ?? []).map(
        ({ instancePath, message = "", params }) =>
          `${key}${instancePath} ${message} ${JSON.stringify(params)}`,
      );
    validate.head({ query: { ...query }, header: { ...headers } });
    const found = [...told(validate.head)];
    if (validate.body) {
      validate.body(body);
      found.push(...told(validate.body));
    } else if (body !== undefined) found.push(`${key} takes no body`);
    return found;
  };
}

/** The one of several that fits with the fewest placeholders. */
const templateOf = ({ paths }: Description, path: string): string | undefined =>
  Object.keys(paths)
    .filter((known) => matches(known, path))
    .toSorted((one, other) => one.split("{").length - other.split("{").length)[0];

const matches = (template: string, path: string): boolean =>
  new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path);

/**
 * The description's schema of a request to join lacks the object `responder_request_target` around each target, which its
 * own example, and its own answer, have.
 */
function corrected(template: string, schema: Schema): Schema {
  if (template !== "/incidents/{id}/responder_requests") return schema;
  const copy = structuredClone(schema) as {
    properties: { responder_request_targets: { type?: string; items: Schema } };
  };
  const targets = copy.properties.responder_request_targets;
  targets.type = "array";
  targets.items = {
    type: "object",
    properties: { responder_request_target: targets.items },
    required: ["responder_request_target"],
  };
  return copy;
}

/** A schema without references, whose objects hold nothing but what it names; one that names nothing may hold anything. */
function closed(description: Description, schema: unknown, within: readonly string[] = []): Schema {
  if (Array.isArray(schema)) {
    return schema.map((one: unknown) =>
      typeof one === "object" && one !== null ? closed(description, one, within) : one,
    ) as unknown as Schema;
  }
  const whole = schema as Schema;
  const { $ref: reference } = whole;
  if (typeof reference === "string") {
    if (within.includes(reference)) return {};
    return closed(description, resolveReference(description, reference), [...within, reference]);
  }
  const copy = Object.fromEntries(
    Object.entries(whole).map(([name, value]) =>
      typeof value === "object" && value !== null && name !== "example" && name !== "enum"
        ? [name, closed(description, value, within)]
        : [name, value],
    ),
  );
  const isObject = typeof copy["properties"] === "object" && copy["type"] === "object";
  return isObject && copy["additionalProperties"] === undefined
    ? { ...copy, additionalProperties: false }
    : copy;
}

function resolveReference(description: Description, reference: string): unknown {
  const steps = reference.replace(/^#\//, "").split("/");
  return steps.reduce<unknown>(
    (here, step) =>
      (here as Record<string, unknown>)[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")],
    description,
  );
}

/** Of a request's query, which may hold nothing else, and of its headers. */
function schemaOf(description: Description, template: string, operation: Operation): object {
  const { paths } = description;
  const all = [...(paths[template]?.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) => {
    if (!("$ref" in parameter)) return parameter;
    const found = resolveReference(description, parameter.$ref) as Parameter | undefined;
    if (!found) throw new Error(`${parameter.$ref} is not in the description`);
    return found;
  });
  const place = (where: Parameter["in"]): object => {
    const here = all.filter((parameter) => parameter.in === where);
    const nameOf = ({ name }: Parameter): string => (where === "header" ? name.toLowerCase() : name);
    const schemaFor = ({ name, schema }: Parameter): Schema =>
      name.endsWith("[]")
        ? { type: "array", items: schema["items"] ?? { ...schema, uniqueItems: false } }
        : schema;
    return {
      type: "object",
      properties: Object.fromEntries(here.map((parameter) => [nameOf(parameter), schemaFor(parameter)])),
      required: here.filter(({ required }) => required === true).map(nameOf),
      additionalProperties: where === "header",
    };
  };
  return { type: "object", properties: { query: place("query"), header: place("header") } };
}
