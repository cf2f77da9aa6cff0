import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { runQuery, type StoredRecord } from "./encoded-query.ts";
import { incidentBodies, queries } from "./requests.ts";

/** How the next call ends. `done`: what it asked for is done all the same. */
export type ServiceNowFault = (
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly how: "hang" | "close" }
  | { readonly how: "late"; readonly ms: number }
) & { readonly done?: boolean };

interface Person {
  readonly username: string;
  readonly name: string;
  readonly email: string;
}

export interface ServiceNowPlatform {
  readonly baseUrl: string;
  readonly username: string;
  password: string;
  readonly tables: Readonly<Record<TableName, StoredRecord[]>>;
  /** Names of files by the id of their incident. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Tables that the account may not read. */
  readonly closed: Set<TableName>;
  /** Fields, as `TABLE.FIELD`, that the account may not read: left out without a word, in queries too. */
  readonly hidden: Set<string>;
  /** Paths that were asked for, with their query. */
  readonly asked: string[];
  /** What was asked in a way that ServiceNow's documentation does not have; a test expects none. */
  readonly violations: string[];
  /** What time it is there, in milliseconds since 1970; the machine's, unless a test says otherwise. */
  now: () => number;
  /** States that a business rule does not let an incident come to. */
  readonly keptFrom: Set<string>;
  /** Where outbound messages go, and what proves them; null: nowhere. */
  outbound: { readonly url: string; readonly secret: string; readonly by: "hmac" | "bearer" } | null;
  /** Answers to outbound messages. */
  readonly outboundAnswers: number[];
  addUser(name: string, email: string): Person;
  addItem(name: string, owner: Person | null, status: string): StoredRecord;
  incident(sysId: string): StoredRecord;
  /** Somebody there changes fields of an incident; `comments` and `work_notes` are entries of its journal. */
  change(sysId: string, by: Person, values: Readonly<Record<string, string>>): void;
  remove(sysId: string): void;
  fail(...faults: readonly (ServiceNowFault | null)[]): void;
  /** When no outbound message is on its way any more. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

type TableName = "incident" | "sys_user" | "sys_journal_field" | "cmdb_ci";
const fieldsOf: Readonly<Record<TableName, readonly string[]>> = {
  incident: [
    ...["sys_id", "number", "state", "short_description", "description", "urgency", "impact", "cmdb_ci"],
    ...["caller_id", "category", "assignment_group", "correlation_id", "correlation_display", "close_code"],
    ...["close_notes", "assigned_to", "resolved_by", "sys_created_on", "sys_created_by", "sys_updated_on"],
    "sys_updated_by",
  ],
  sys_user: ["sys_id", "user_name", "name", "email"],
  sys_journal_field: ["sys_id", "element", "element_id", "name", "value", "sys_created_on", "sys_created_by"],
  cmdb_ci: ["sys_id", "name", "owned_by", "managed_by", "operational_status", "install_status"],
};
const references: Readonly<Record<string, TableName>> = {
  assigned_to: "sys_user",
  resolved_by: "sys_user",
  owned_by: "sys_user",
  cmdb_ci: "cmdb_ci",
};
const stateNames: Readonly<Record<string, string>> = {
  "1": "New",
  "2": "In Progress",
  "3": "On Hold",
  "6": "Resolved",
  "7": "Closed",
  "8": "Canceled",
};
const attachmentLimit = 20 * 1024 * 1024;

type Answer = readonly [status: number, body: object];
const failure = (status: number, message: string, detail: string | null = null): Answer => [
  status,
  { error: { message, detail }, status: "failure" },
];

/** ServiceNow's Table and Attachment API on this machine, with incidents that stand; strict about what it is asked. */
export async function startServiceNowPlatform(): Promise<ServiceNowPlatform> {
  const faults: (ServiceNowFault | null)[] = [];
  const files = new Map<string, string[]>();
  const newId = (): string => randomBytes(16).toString("hex");
  const now = (): string => new Date(platform.now()).toISOString().slice(0, 19).replace("T", " ");
  let line: Promise<void> = Promise.resolve();

  const violate = (what: string): Answer => {
    platform.violations.push(what);
    return failure(400, "Invalid request", what);
  };

  const isTable = (name: string | undefined): name is TableName => name !== undefined && name in fieldsOf;

  function isField(table: TableName, path: string): boolean {
    const [first = "", second, ...more] = path.split(".");
    if (more.length > 0 || !fieldsOf[table].includes(first)) return false;
    const other = references[first];
    return second === undefined || (other !== undefined && fieldsOf[other].includes(second));
  }

  function fieldOf(record: StoredRecord, path: string): { value: string; display_value: string } {
    const [first = "", second] = path.split(".");
    const value = record[first] ?? "";
    const other = references[first];
    const referred = other && platform.tables[other].find((one) => one["sys_id"] === value);
    if (second !== undefined) {
      const text = referred?.[second] ?? "";
      return { value: text, display_value: text };
    }
    const display = referred?.["name"] ?? (first === "state" ? stateNames[value] : undefined) ?? value;
    // People see moments in their own form.
    return { value, display_value: first.endsWith("_on") ? `at ${value}` : display };
  }

  function present(table: TableName, record: StoredRecord, query: URLSearchParams): object {
    const fields = query.get("sysparm_fields")?.split(",") ?? fieldsOf[table];
    const how = query.get("sysparm_display_value") ?? "false";
    return Object.fromEntries(
      fields
        // ServiceNow leaves out what it does not know.
        .filter((field) => isField(table, field) && !platform.hidden.has(`${table}.${field}`))
        .map((field) => {
          const shown = fieldOf(record, field);
          const link = field in references && shown.value !== "" ? { link: "https://elsewhere.example" } : {};
          const whole =
            query.get("sysparm_exclude_reference_link") === "true" ? shown : { ...shown, ...link };
          return [field, how === "all" ? whole : how === "true" ? shown.display_value : shown.value];
        }),
    );
  }

  function write(record: StoredRecord, values: Readonly<Record<string, unknown>>, by: string): void {
    const at = now();
    for (const [field, value] of Object.entries(values)) {
      if (field === "comments" || field === "work_notes") {
        platform.tables.sys_journal_field.push({
          sys_id: newId(),
          name: "incident",
          element: field,
          element_id: record["sys_id"] ?? "",
          value: String(value),
          sys_created_on: at,
          sys_created_by: by,
        });
      } else if (field !== "state" || !platform.keptFrom.has(String(value))) record[field] = String(value);
    }
    if (values["state"] === "6") {
      record["resolved_by"] ||=
        platform.tables.sys_user.find((user) => user["user_name"] === by)?.["sys_id"] ?? "";
    }
    record["sys_updated_on"] = at;
    record["sys_updated_by"] = by;
    if (record["correlation_display"] === "The Expert" && platform.outbound) {
      const told = { ...record };
      line = line.then(() => send(told));
    }
  }

  /** As the business rule of docs/servicenow.md does. */
  async function send(record: StoredRecord): Promise<void> {
    const { outbound } = platform;
    if (!outbound) return;
    const body = JSON.stringify({
      event_id: randomUUID(),
      sent_at: new Date(platform.now()).toISOString(),
      sys_id: record["sys_id"],
      correlation_id: record["correlation_id"],
    });
    const { url, secret, by } = outbound;
    const mac = createHmac("sha256", secret).update(body).digest("base64");
    const proof: Record<string, string> =
      by === "hmac" ? { "x-expert-signature": `sha256=${mac}` } : { authorization: `Bearer ${secret}` };
    const headers = { "content-type": "application/json", ...proof };
    const status = await fetch(url, { method: "POST", body, headers }).then(
      (response) => response.status,
      () => 0,
    );
    platform.outboundAnswers.push(status);
  }

  function answerTable(request: IncomingMessage, url: URL, path: readonly string[], body: Buffer): Answer {
    const [table, sysId, ...more] = path;
    if (!isTable(table) || more.length > 0) return violate(url.pathname);
    const query = Object.fromEntries(url.searchParams);
    const isList = sysId === undefined && request.method === "GET";
    const sound = (isList ? queries.list : queries.record).safeParse(query);
    if (!sound.success) return violate(`${url.search}: ${sound.error.message}`);
    if (platform.closed.has(table)) return failure(403, "User Not Authorized", "ACL");
    const records = platform.tables[table];
    for (const field of query["sysparm_fields"]?.split(",") ?? []) {
      if (!isField(table, field)) platform.violations.push(`${table} has no ${field}`);
    }
    if (isList) {
      const asked = (query["sysparm_query"] ?? "")
        .split("^")
        .filter((condition) => !platform.hidden.has(`${table}.${condition.split("=")[0] ?? ""}`))
        .join("^");
      const found = runQuery(records, asked, (name) => isField(table, name));
      if (!found) return violate(`query: ${query["sysparm_query"] ?? ""}`);
      const size = Number(query["sysparm_limit"] ?? 10_000);
      return [
        200,
        { result: found.slice(0, size).map((record) => present(table, record, url.searchParams)) },
      ];
    }
    if (request.method === "GET") {
      const record = records.find((one) => one["sys_id"] === sysId);
      return record
        ? [200, { result: present(table, record, url.searchParams) }]
        : failure(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");
    }
    if (table !== "incident") return violate(`${request.method ?? ""} ${table}`);
    if (request.headers["content-type"] !== "application/json") return violate("content-type");
    const isCreate = request.method === "POST" && sysId === undefined;
    if (!isCreate && request.method !== "PATCH") return violate(`${request.method ?? ""} ${url.pathname}`);
    const values = (isCreate ? incidentBodies.create : incidentBodies.update).safeParse(
      JSON.parse(body.toString()),
    );
    if (!values.success) return violate(values.error.message);
    const existing = isCreate ? insert() : records.find((one) => one["sys_id"] === sysId);
    if (!existing) return failure(404, "No Record found");
    const closing = ["6", "7"].includes(values.data.state ?? "");
    if (closing && (values.data.close_code === undefined || values.data.close_notes === undefined)) {
      return failure(403, "Operation Failed", "Data Policy Exception: Resolution code, Resolution notes");
    }
    write(existing, values.data, platform.username);
    return [isCreate ? 201 : 200, { result: present("incident", existing, url.searchParams) }];
  }

  function insert(): StoredRecord {
    const record: StoredRecord = {
      sys_id: newId(),
      number: `INC${String(10_001 + platform.tables.incident.length).padStart(7, "0")}`,
      state: "1",
      sys_created_on: now(),
      sys_created_by: platform.username,
    };
    platform.tables.incident.push(record);
    return record;
  }

  function answerFiles(request: IncomingMessage, url: URL, isUpload: boolean, body: Buffer): Answer {
    const query = Object.fromEntries(url.searchParams);
    const sound = (isUpload ? queries.attach : queries.files).safeParse(query);
    if (!sound.success) return violate(`${url.search}: ${sound.error.message}`);
    if (!isUpload) {
      const wanted = /^table_name=incident\^table_sys_id=([0-9a-f]{32})$/.exec(
        query["sysparm_query"] ?? "",
      )?.[1];
      if (wanted === undefined) return violate(`query: ${query["sysparm_query"] ?? ""}`);
      return [
        200,
        { result: (files.get(wanted) ?? []).map((name) => ({ sys_id: newId(), file_name: name })) },
      ];
    }
    if (request.headers["content-type"] === undefined) return violate("no content-type");
    if (body.byteLength > attachmentLimit) return failure(413, "Payload too large");
    const id = query["table_sys_id"] ?? "";
    if (!platform.tables.incident.some((one) => one["sys_id"] === id)) return failure(404, "No Record found");
    files.set(id, [...(files.get(id) ?? []), query["file_name"] ?? ""]);
    return [201, { result: { sys_id: newId(), file_name: query["file_name"] } }];
  }

  function answer(request: IncomingMessage, body: Buffer): Answer {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const right = Buffer.from(`${platform.username}:${platform.password}`).toString("base64");
    if (request.headers.authorization !== `Basic ${right}`) {
      return failure(401, "User Not Authenticated", "Required to provide Auth information");
    }
    if (request.headers.accept !== "application/json")
      return violate(`accept: ${String(request.headers.accept)}`);
    const [api, version, kind, ...path] = url.pathname.split("/").slice(1).map(decodeURIComponent);
    if (api !== "api" || version !== "now") return violate(url.pathname);
    if (kind === "table") return answerTable(request, url, path, body);
    const isUpload = request.method === "POST" && path.join("/") === "file";
    return kind === "attachment" && (isUpload || (request.method === "GET" && path.length === 0))
      ? answerFiles(request, url, isUpload, body)
      : violate(`${request.method ?? ""} ${url.pathname}`);
  }

  function serve(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    platform.asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    const reply = ([status, json]: Answer): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    };
    const fault = faults.shift();
    if (!fault) reply(answer(request, body));
    else if ("how" in fault && fault.how === "late") {
      const late = answer(request, body);
      setTimeout(() => {
        reply(late);
      }, fault.ms).unref();
    } else {
      if (fault.done === true) answer(request, body);
      if ("status" in fault) {
        response.writeHead(fault.status, fault.headers ?? {}).end(fault.body ?? '{"error":{"message":"no"}}');
      } else if (fault.how === "close") request.socket.destroy();
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      serve(request, response, Buffer.concat(chunks));
    });
  });
  // A connection that is kept must not be closed just when the next request comes over it.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const platform: ServiceNowPlatform = {
    baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    username: "the.expert",
    password: "only:for tests",
    tables: { incident: [], sys_user: [], sys_journal_field: [], cmdb_ci: [] },
    files,
    closed: new Set(),
    hidden: new Set(),
    asked: [],
    violations: [],
    now: () => Date.now(),
    keptFrom: new Set(),
    outbound: null,
    outboundAnswers: [],
    addUser(name, email) {
      const username = email.split("@")[0] ?? email;
      platform.tables.sys_user.push({ sys_id: newId(), user_name: username, name, email });
      return { username, name, email };
    },
    addItem(name, owner, status) {
      const ownerId = platform.tables.sys_user.find((user) => user["user_name"] === owner?.username)?.[
        "sys_id"
      ];
      const item = { sys_id: newId(), name, owned_by: ownerId ?? "", operational_status: status };
      platform.tables.cmdb_ci.push(item);
      return item;
    },
    incident(sysId) {
      const record = platform.tables.incident.find((one) => one["sys_id"] === sysId);
      if (!record) throw new Error(`There is no incident ${sysId}.`);
      return record;
    },
    change(sysId, by, values) {
      const { assigned_to: assigned } = values;
      const user = platform.tables.sys_user.find((one) => one["user_name"] === assigned);
      const written = user ? { ...values, assigned_to: user["sys_id"] ?? "" } : values;
      write(platform.incident(sysId), written, by.username);
    },
    remove(sysId) {
      const at = platform.tables.incident.findIndex((one) => one["sys_id"] === sysId);
      if (at >= 0) platform.tables.incident.splice(at, 1);
    },
    fail: (...more) => void faults.push(...more),
    settled: () => line,
    async close() {
      await line;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  platform.addUser("The Expert", "the.expert@vendor.example");
  return platform;
}
