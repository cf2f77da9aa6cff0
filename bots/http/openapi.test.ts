import type { IRouter } from "express";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { benchSecret, httpBench, type HttpBench } from "../../tests/support/http-bench.ts";
import { describeApi } from "./openapi.ts";
import { apiRoutes } from "./server.ts";

type Json = Readonly<Record<string, unknown>>;
interface Operation extends Json {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Json }>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description?: string;
        readonly headers?: Json;
        readonly content?: Readonly<Record<string, { readonly schema?: Json }>>;
      }
    >
  >;
}

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;
const methods = ["get", "post", "put", "patch", "delete"] as const;

/** `GET /v1/turns/{id}` of every route of a router and of the routers inside it. */
function routesOf(router: IRouter): readonly string[] {
  return router.stack.flatMap((layer): readonly string[] => {
    if (layer.route) {
      const { path } = layer.route;
      const described = `/v1${path.replaceAll(/:(\w+)/g, "{$1}")}`;
      return layer.route.stack.map(({ method }) => `${method.toUpperCase()} ${described}`);
    }
    return "stack" in layer.handle ? routesOf(layer.handle as unknown as IRouter) : [];
  });
}

describe("the description of the API", () => {
  let bench: HttpBench;
  // As a client reads it.
  const document = JSON.parse(JSON.stringify(describeApi())) as {
    readonly openapi: string;
    readonly info: { readonly title: string; readonly version: string };
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  } & Json;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
  beforeAll(async () => {
    bench = await httpBench();
  });
  afterAll(async () => {
    await bench.close();
  });

  it("has every route, and no other", () => {
    const options = { secret: benchSecret, localAccounts: true, uploadLimitBytes: 1, pageFolder: null };
    const routes = [...new Set(routesOf(apiRoutes(bench.ports, options)))].toSorted();
    expect(routes.length).toBeGreaterThan(20);
    expect(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).toSorted()).toEqual(
      routes,
    );
  });

  it("is served to everyone, as OpenAPI 3.1", async () => {
    const response = await fetch(`${bench.url}/v1/openapi.json`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(document);
    expect(document.openapi).toBe("3.1.0");
    expect(document.info).toMatchObject({ title: "The Expert", version: expect.any(String) as unknown });
  });

  it("refers to nothing that it does not hold", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, target]) => target ?? "",
    );
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) {
      expect(reference).toMatch(/^#\//);
      const target = reference
        .slice(2)
        .split("/")
        .reduce<unknown>((place, key) => (isObject(place) ? place[key] : undefined), document);
      expect({ reference, found: isObject(target) }).toEqual({ reference, found: true });
    }
  });

  it.each(operations.map((one) => [`${one.method.toUpperCase()} ${one.path}`, one] as const))(
    "says all that it must: %s",
    (_name, { method, path, operation }) => {
      expect(methods).toContain(method);
      expect(operation.summary).toEqual(expect.any(String));
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => name)).toEqual(named);
      expect(inPath.every(({ required }) => required === true)).toBe(true);
      if (method === "get") expect(operation.requestBody).toBeUndefined();
      const { default: failure, ...answers } = operation.responses;
      expect(failure?.content?.["application/json"]?.schema).toEqual(expect.any(Object));
      expect(Object.keys(answers).filter((status) => /^2\d\d$/.test(status)).length).toBeGreaterThan(0);
      for (const { description } of Object.values(operation.responses))
        expect(description).toEqual(expect.any(String));
      const contents = [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
        Object.values(part?.content ?? {}),
      );
      for (const { schema } of contents) expect(isObject(schema)).toBe(true);
    },
  );

  it("tells how budgets stand where a question is asked, and when to ask again", () => {
    const { responses } = document.paths["/v1/turns"]?.["post"] ?? { responses: {} };
    const named = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-resource"];
    for (const status of ["200", "202"]) expect(Object.keys(responses[status]?.headers ?? {})).toEqual(named);
    expect(Object.keys(responses["429"]?.headers ?? {})).toEqual([...named, "retry-after"]);
  });

  it("requires no property that a schema does not have", () => {
    let schemas = 0;
    const visit = (value: unknown): void => {
      if (!isObject(value)) return;
      if (isObject(value["properties"]) && Array.isArray(value["required"])) {
        schemas += 1;
        expect(Object.keys(value["properties"])).toEqual(expect.arrayContaining(value["required"]));
      }
      for (const one of Object.values(value)) visit(one);
    };
    visit(document);
    expect(schemas).toBeGreaterThan(10);
  });
});
