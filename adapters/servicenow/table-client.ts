import { z } from "zod";
import { type Clock, type EndAfter, endAfter } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import { refusalsOf } from "./refusal.ts";

export interface TableSettings {
  /** Without a slash at its end: `https://acme.service-now.com`. */
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  /** Longest wait for an answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** A field as it is kept and as people see it. Moments are kept in UTC. */
export interface Field {
  readonly value: string;
  readonly display: string;
}
/** A record by its fields' names; what is empty is `""`. */
export type TableRecord = Readonly<Record<string, Field>>;

/**
 * The Table API and the Attachment API, one attempt for each call. Throws as `TicketSystem` does.
 * https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html
 */
export interface TableClient {
  /** Null where there is no such record, or the account may not see it. */
  get(table: string, sysId: string, fields: readonly string[]): Promise<TableRecord | null>;
  /** @param query an encoded query */
  list(
    table: string,
    query: string,
    fields: readonly string[],
    limit: number,
  ): Promise<readonly TableRecord[]>;
  create(
    table: string,
    values: Readonly<Record<string, unknown>>,
    fields: readonly string[],
  ): Promise<TableRecord>;
  /** Null where there is no such record. */
  update(
    table: string,
    sysId: string,
    values: Readonly<Record<string, unknown>>,
    fields: readonly string[],
  ): Promise<TableRecord | null>;
  /** Names of the record's files. */
  files(table: string, sysId: string): Promise<readonly string[]>;
  attach(
    table: string,
    sysId: string,
    file: { readonly name: string; readonly mediaType: string; readonly content: Uint8Array },
  ): Promise<void>;
}

const fieldSchema = z.union([
  z
    .object({ value: z.string().nullish(), display_value: z.string().nullish() })
    .transform(({ value, display_value: display }): Field => ({
      value: value ?? "",
      display: display ?? value ?? "",
    })),
  z.string().transform((value): Field => ({ value, display: value })),
  z.null().transform((): Field => ({ value: "", display: "" })),
]);
const recordSchema = z.record(z.string(), fieldSchema);
const fileSchema = z.object({ file_name: z.string() });

const mostFiles = 1_000;

export interface TablePorts {
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** What ends the wait for an answer. */
  readonly endAfter?: EndAfter;
}

export function createTableClient(
  { clock, fetch: send = fetch, endAfter: end = endAfter }: TablePorts,
  { baseUrl, username, password, timeoutMs }: TableSettings,
): TableClient {
  const credentials = Buffer.from(`${username}:${password}`).toString("base64");
  const refusals = refusalsOf(baseUrl, [password, credentials]);

  async function call(
    path: string,
    query: Readonly<Record<string, string>>,
    init: {
      readonly method: string;
      readonly body?: string | Uint8Array<ArrayBuffer>;
      readonly mediaType?: string;
    },
  ): Promise<unknown> {
    const response = await send(`${baseUrl}${path}?${new URLSearchParams(query).toString()}`, {
      method: init.method,
      redirect: "manual",
      signal: end(timeoutMs),
      headers: {
        accept: "application/json",
        authorization: `Basic ${credentials}`,
        ...(init.body === undefined ? {} : { "content-type": init.mediaType ?? "application/json" }),
      },
      ...(init.body === undefined ? {} : { body: init.body }),
    }).catch((thrown: unknown) => {
      throw thrown instanceof ExpertError ? thrown : refusals.lost(thrown);
    });
    const body = parse(await response.text().catch(() => null));
    const { status, headers } = response;
    if (status >= 200 && status < 300) {
      const answer = z.object({ result: z.unknown() }).safeParse(body);
      if (answer.success) return answer.data.result;
      throw refusals.unreadable("it broke off, or is no JSON");
    }
    if (status === 404) return null;
    throw refusals.refused({ status, headers, message: messageOf(body) }, clock.now());
  }

  const read = <S extends z.ZodType>(schema: S, answer: unknown): z.output<S> => {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw refusals.unreadable(parsed.error.issues[0]?.message ?? "it is another");
  };
  /** Values and what people see of them, and no addresses of other records. */
  const shown = (fields: readonly string[]): Record<string, string> => ({
    sysparm_fields: fields.join(","),
    sysparm_display_value: "all",
    sysparm_exclude_reference_link: "true",
  });
  const recordPath = (table: string, sysId: string): string =>
    `/api/now/table/${table}/${encodeURIComponent(sysId)}`;
  const gone = (): Error => {
    const message = "there is no such table, or the account may not see it";
    return refusals.refused({ status: 404, headers: new Headers(), message }, clock.now());
  };

  return {
    async get(table, sysId, fields) {
      const answer = await call(recordPath(table, sysId), shown(fields), { method: "GET" });
      return answer === null ? null : read(recordSchema, answer);
    },
    async list(table, query, fields, limit) {
      const answer = await call(
        `/api/now/table/${table}`,
        { ...shown(fields), sysparm_query: query, sysparm_limit: String(limit) },
        { method: "GET" },
      );
      return read(z.array(recordSchema), answer ?? []);
    },
    async create(table, values, fields) {
      const answer = await call(`/api/now/table/${table}`, shown(fields), {
        method: "POST",
        body: JSON.stringify(values),
      });
      if (answer === null) throw gone();
      return read(recordSchema, answer);
    },
    async update(table, sysId, values, fields) {
      const answer = await call(recordPath(table, sysId), shown(fields), {
        method: "PATCH",
        body: JSON.stringify(values),
      });
      return answer === null ? null : read(recordSchema, answer);
    },
    async files(table, sysId) {
      const answer = await call(
        "/api/now/attachment",
        {
          sysparm_query: `table_name=${table}^table_sys_id=${sysId}`,
          sysparm_limit: String(mostFiles),
        },
        { method: "GET" },
      );
      return read(z.array(fileSchema), answer ?? []).map(({ file_name: name }) => name);
    },
    async attach(table, sysId, { name, mediaType, content }) {
      const answer = await call(
        "/api/now/attachment/file",
        { table_name: table, table_sys_id: sysId, file_name: name },
        { method: "POST", body: new Uint8Array(content), mediaType },
      );
      if (answer === null) throw gone();
    },
  };
}

/** Undefined where it is no JSON. */
function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function messageOf(body: unknown): string {
  const { error } = (body ?? {}) as { error?: { message?: unknown; detail?: unknown } };
  return [error?.message, error?.detail].filter((part) => typeof part === "string" && part !== "").join("; ");
}

/** `2026-11-21 08:00:00`, in UTC; null where there is none. */
export function momentOf(field: Field | undefined): Date | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(field?.value ?? "");
  return match ? new Date(`${match[1] ?? ""}T${match[2] ?? ""}Z`) : null;
}
