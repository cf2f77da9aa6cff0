import type { ApiError } from "../../bots/http/contract/error.ts";
import type { TurnView } from "../../bots/http/contract/conversation.ts";
import type { DocumentView } from "../../bots/http/contract/knowledge.ts";
import { until } from "./sample-work.ts";

export interface Answered<T> {
  readonly status: number;
  readonly body: T;
}

/** A signed-in person at the API. */
export interface ApiClient {
  readonly cookie: string;
  request<T = { error: ApiError }>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answered<T>>;
  /** Asks and waits for the end. */
  ask(question: string, more?: Record<string, unknown>): Promise<TurnView>;
  /** Uploads and waits until the document is ready or failed. */
  upload(name: string, content: string, departmentId: string): Promise<DocumentView>;
}

/** Signs in with a local account, as the page does. */
export async function signIn(url: string, email: string): Promise<ApiClient> {
  const response = await fetch(`${url}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json", connection: "close" },
    body: JSON.stringify({ email }),
  });
  const cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  if (response.status !== 200) throw new Error(`signing in failed: ${await response.text()}`);
  return apiClient(url, cookie);
}

export function apiClient(url: string, cookie: string): ApiClient {
  const client: ApiClient = {
    cookie,
    async request<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const isForm = body instanceof FormData;
      const response = await fetch(`${url}/v1${path}`, {
        method,
        headers: {
          cookie,
          // A connection that is kept may be closed, or its process killed, just when the next request is sent.
          connection: "close",
          ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: isForm || typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as T };
    },
    async ask(question, more = {}) {
      const accepted = await client.request<{ turnId: string }>("POST", "/turns", { question, ...more });
      if (accepted.status !== 202) throw new Error(`not accepted: ${JSON.stringify(accepted.body)}`);
      return await endedTurn(client, accepted.body.turnId);
    },
    async upload(name, content, departmentId) {
      const form = new FormData();
      form.set("departmentId", departmentId);
      form.set("file", new Blob([content], { type: "text/markdown" }), name);
      const uploaded = await client.request<{ document: DocumentView }>("POST", "/documents", form);
      if (uploaded.status !== 202) throw new Error(`not accepted: ${JSON.stringify(uploaded.body)}`);
      return await settledDocument(client, uploaded.body.document.id);
    },
  };
  return client;
}

const ends = new Set(["answered", "not_found", "failed", "cancelled"]);

export async function endedTurn(client: ApiClient, id: string, limitMs = 30_000): Promise<TurnView> {
  let turn: TurnView | undefined;
  await until(
    `the turn ${id} ends`,
    async () => {
      const { status, body } = await client.request<TurnView>("GET", `/turns/${id}`);
      if (status === 200) turn = body;
      return turn !== undefined && ends.has(turn.state);
    },
    limitMs,
  );
  if (!turn) throw new Error("there is no turn");
  return turn;
}

export async function settledDocument(
  client: ApiClient,
  id: string,
  limitMs = 30_000,
): Promise<DocumentView> {
  let document: DocumentView | undefined;
  await until(
    `the document ${id} is ready or failed`,
    async () => {
      document = (await client.request<DocumentView>("GET", `/documents/${id}`)).body;
      return document.state === "ready" || document.state === "failed";
    },
    limitMs,
  );
  if (!document) throw new Error("there is no document");
  return document;
}
