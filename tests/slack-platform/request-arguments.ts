import { z } from "zod";
import type { Json } from "./platform-state.ts";
import { SlackRefusal, refusalWithMessages } from "./refusal.ts";

/**
 * The arguments of a call from its body, form-encoded or JSON as Slack takes both, and from the query of a GET.
 * Values of a form stay strings here; the kinds below read them.
 */
export function readArguments(contentType: string, body: Buffer, query: URLSearchParams): Json {
  const fromQuery = Object.fromEntries(query);
  const text = body.toString("utf8");
  if (text.trim() === "") return fromQuery;
  if (contentType.startsWith("application/json")) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      throw new SlackRefusal("invalid_json", "The body is not JSON.");
    }
    if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed))
      throw new SlackRefusal("json_not_object", "The body is not a JSON object.");
    return { ...fromQuery, ...parsed };
  }
  if (contentType.startsWith("application/x-www-form-urlencoded"))
    return { ...fromQuery, ...Object.fromEntries(new URLSearchParams(text)) };
  throw new SlackRefusal("invalid_post_type", `The content type ${contentType || "(none)"} is not taken.`);
}

export const string = () => z.string();
export const text = () => z.string().min(1);

/** A boolean, or its name in a form. */
export const flag = () =>
  z.union([
    z.boolean(),
    z.enum(["true", "false", "1", "0"]).transform((word) => word === "true" || word === "1"),
  ]);

export const integer = () =>
  z.union([
    z.int(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ]);

export const timestamp = () => z.string().regex(/^\d{10}\.\d{6}$/, "is not a message timestamp");

/** An object or array, or its JSON in a form. */
export const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value, context) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      context.addIssue({ code: "custom", message: "is not JSON" });
      return z.NEVER;
    }
  }, schema);

/** Blocks and views are looked into later, to be answered with their own error codes. */
export const looseObjects = () => json(z.array(z.record(z.string(), z.unknown())));
export const looseObject = () => json(z.record(z.string(), z.unknown()));

export const pages = { cursor: string().optional(), limit: integer().optional() };

/**
 * Closed: an argument that is not in the table is refused. Every method takes a `token`, and a `team_id`, which Bolt's
 * clients send with every call.
 */
export const closed = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject({ team_id: z.string().optional(), ...shape, token: z.string().optional() });

/** @throws SlackRefusal `invalid_arguments`, as Slack names missing and unknown ones. */
export function checkArguments<Schema extends z.ZodType>(schema: Schema, given: Json): z.output<Schema> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw refusalWithMessages(
    "invalid_arguments",
    result.error.issues.map((issue) => {
      const path = `[json-pointer:/${issue.path.map(String).join("/")}]`;
      if (issue.code === "unrecognized_keys")
        return `[ERROR] unknown argument: ${issue.keys.join(", ")} ${path}`;
      if (
        issue.code === "invalid_type" &&
        issue.path.length === 1 &&
        given[String(issue.path[0])] === undefined
      )
        return `[ERROR] missing required field: ${String(issue.path[0])}`;
      return `[ERROR] ${issue.message} ${path}`;
    }),
  );
}
