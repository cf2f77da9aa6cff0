import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";

const file = join(
  resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"),
  "wire/jira/platform-v3.openapi.json.gz",
);

export interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** JSON; undefined where there is none. */
  readonly body: unknown;
}

/** What in a request Jira Cloud's published description does not have; nothing where all is well. */
export type CheckRequest = (request: AskedRequest) => readonly string[];

type Schema = Readonly<Record<string, unknown>>;
interface Parameter {
  readonly name: string;
  readonly in: "query" | "header" | "path";
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema } | undefined>>;
  };
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let opened: CheckRequest | null | undefined;

/** Null, with one line that says so, where the description is absent. */
export function openPublishedDescription(): CheckRequest | null {
  opened ??= existsSync(file) ? createCheck() : null;
  if (opened === null)
    console.log(`Jira's description is absent (${file}): requests are not held to it. Set EXPERT_CORPORA.`);
  return opened;
}

function createCheck(): CheckRequest {
  const { paths, components } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Description;
  const ajv = new Ajv({ coerceTypes: "array", strict: false, allErrors: true });
  ajvFormats.default(ajv);
  const schemas = Object.fromEntries(
    Object.entries(components.schemas).map(([name, schema]) => [name, closed(schema)]),
  );
  ajv.addSchema({ $id: "jira", components: { schemas } });
  const compiled = new Map<string, ValidateFunction>();
  return ({ method, path, query, body }) => {
    const template = Object.keys(paths).find((known) => matches(known, path));
    const operation = template === undefined ? undefined : paths[template]?.[method.toLowerCase()];
    if (template === undefined || !operation) return [`${method} ${path} is not described`];
    const key = `${method} ${template}`;
    const validate = compiled.get(key) ?? ajv.compile(schemaOf(operation));
    compiled.set(key, validate);
    // Validating turns texts into numbers where those are described; the platform goes on with what was sent.
    validate(structuredClone({ query, ...(body === undefined ? {} : { body }) }));
    return (validate.errors ?? []).map(
      ({ instancePath, message = "", params }) =>
        `${key}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

const matches = (template: string, path: string): boolean =>
  new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path);

function schemaOf({ parameters = [], requestBody }: Operation): object {
  const query = parameters.filter((parameter) => parameter.in === "query");
  const body = requestBody?.content["application/json"]?.schema;
  return {
    type: "object",
    properties: {
      query: {
        type: "object",
        properties: Object.fromEntries(query.map(({ name, schema }) => [name, schema])),
        required: query.filter(({ required }) => required === true).map(({ name }) => name),
        additionalProperties: false,
      },
      ...(body ? { body: closed(body) } : {}),
    },
    required: ["query", ...(body ? ["body"] : [])],
    additionalProperties: false,
  };
}

/** The schema as a request is held to it: nothing but what is named, and nothing that only answers have. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema as Schema).map(([key, value]): [string, unknown] => {
    if (key === "$ref" && typeof value === "string") return [key, value.replace(/^#/, "jira#")];
    if (key !== "properties") return [key, closed(value)];
    const written = Object.entries(value as Record<string, Schema>).filter(
      ([, property]) => property["readOnly"] !== true,
    );
    return [key, Object.fromEntries(written.map(([name, property]) => [name, closed(property)]))];
  });
  const has = (schema as Schema)["properties"] !== undefined;
  return { ...Object.fromEntries(entries), ...(has ? { additionalProperties: false } : {}) };
}
