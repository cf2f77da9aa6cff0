import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";

const file = join(
  resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"),
  "wire/pagerduty/REST.openapi.json.gz",
);

export interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What in a request PagerDuty's published description of its REST API does not have; nothing where all is well. */
export type CheckRequest = (request: AskedRequest) => readonly string[];

interface Parameter {
  readonly name: string;
  readonly in: "query" | "header" | "path";
  readonly required?: boolean;
  readonly schema: object;
}
type Parameters = readonly (Parameter | { readonly $ref: string })[];
interface Description {
  readonly paths: Readonly<
    Record<
      string,
      { readonly parameters?: Parameters } & Readonly<Record<string, { readonly parameters?: Parameters }>>
    >
  >;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

/** Null, with one line that says so, where the description is absent. */
export function openPublishedDescription(): CheckRequest | null {
  if (!existsSync(file)) {
    console.log(
      `PagerDuty's description is absent (${file}): requests are not held to it. Set EXPERT_CORPORA.`,
    );
    return null;
  }
  const description = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Description;
  const ajv = new Ajv({ coerceTypes: true, strict: false, allErrors: true, formats: { tzinfo: true } });
  ajvFormats.default(ajv);
  const compiled = new Map<string, ValidateFunction>();
  return ({ method, path, query, headers }) => {
    const template = Object.keys(description.paths).find((known) => matches(known, path));
    const operation =
      template === undefined ? undefined : description.paths[template]?.[method.toLowerCase()];
    if (template === undefined || !operation) return [`${method} ${path} is not described`];
    const key = `${method} ${template}`;
    const validate = compiled.get(key) ?? ajv.compile(schemaOf(description, template, operation));
    compiled.set(key, validate);
    validate({ query: { ...query }, header: { ...headers } });
    return (validate.errors ?? []).map(
      ({ instancePath, message = "", params }) =>
        `${key}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

const matches = (template: string, path: string): boolean =>
  new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path);

/** Of a request's query, which may hold nothing else, and of its headers. */
function schemaOf(
  { paths, components }: Description,
  template: string,
  operation: { readonly parameters?: Parameters },
): object {
  const all = [...(paths[template]?.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) => {
    if (!("$ref" in parameter)) return parameter;
    const found = components.parameters[parameter.$ref.split("/").at(-1) ?? ""];
    if (!found) throw new Error(`${parameter.$ref} is not in the description`);
    return found;
  });
  const place = (where: Parameter["in"]): object => {
    const here = all.filter((parameter) => parameter.in === where);
    const nameOf = ({ name }: Parameter): string => (where === "header" ? name.toLowerCase() : name);
    return {
      type: "object",
      properties: Object.fromEntries(here.map((parameter) => [nameOf(parameter), parameter.schema])),
      required: here.filter(({ required }) => required === true).map(nameOf),
      additionalProperties: where === "header",
    };
  };
  return { type: "object", properties: { query: place("query"), header: place("header") } };
}
