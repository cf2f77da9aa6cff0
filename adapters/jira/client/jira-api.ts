import type JiraClient from "jira-client";
import type { z } from "zod";
import { type Clock, type EndAfter, endAfter } from "../../../core/clock.ts";
import type { SecretsOf, SettingsOf } from "../../../core/connections/connection-settings.ts";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import { Outcome, type AskedRequest, sendRequest } from "./send-request.ts";
import { refusalOf, unavailable } from "./translate-answer.ts";
import {
  commentsSchema,
  createdSchema,
  foundSchema,
  issueSchema,
  myselfSchema,
  permissionsSchema,
  transitionsSchema,
} from "./jira-shapes.ts";

export interface JiraApiSettings {
  readonly settings: Pick<SettingsOf<"jira">, "base_url" | "edition" | "email">;
  readonly secrets: Pick<SecretsOf<"jira">, "token">;
}

export interface JiraApiPorts {
  readonly clock: Clock;
  /** Longest wait for one answer, in milliseconds. */
  readonly timeoutMs?: number;
  /** What ends that wait. */
  readonly endAfter?: EndAfter;
  /** Judges for itself to which addresses it goes; without it they are https, or on this machine. */
  readonly fetch?: typeof fetch;
}

/** What is asked of Jira, one request each. Throws as `TicketSystem` does. */
export interface JiraApi {
  createIssue(fields: object): Promise<z.output<typeof createdSchema>>;
  /** At most a hundred, with their ids and keys. */
  search(jql: string): Promise<z.output<typeof foundSchema>["issues"]>;
  /** Null where there is none that the account may see. */
  issue(id: string, fields: string, expand: string): Promise<z.output<typeof issueSchema> | null>;
  /** A page of a hundred, newest first. */
  comments(id: string, startAt: number): Promise<z.output<typeof commentsSchema>>;
  addComment(id: string, body: unknown): Promise<void>;
  transitions(id: string): Promise<z.output<typeof transitionsSchema>["transitions"]>;
  /** `noted` stands beside it in the issue's history. */
  doTransition(
    id: string,
    transition: string,
    fields: object | null,
    noted: { readonly type: string; readonly description: string },
  ): Promise<void>;
  attach(
    id: string,
    file: { readonly name: string; readonly mediaType: string; readonly content: Uint8Array },
  ): Promise<void>;
  myself(): Promise<z.output<typeof myselfSchema>>;
  permissions(names: readonly string[]): Promise<z.output<typeof permissionsSchema>["permissions"]>;
}

const defaultTimeoutMs = 15_000;

/**
 * jira-client with requests of our own below it (time-out, size, redirects, errors), which also send what it has no method for:
 * the search of Cloud, and attachments that are no file. Throws `configuration_invalid` where the address may not be asked, or
 * Cloud has no e-mail address.
 */
export function openJiraApi({ settings, secrets }: JiraApiSettings, ports: JiraApiPorts): JiraApi {
  const base = ports.fetch ? new URL(settings.base_url) : checkedAddress(settings.base_url);
  const cloud = settings.edition === "cloud";
  if (cloud && settings.email === null)
    throw new ExpertError("configuration_invalid", "Jira Cloud needs the e-mail address of the account.", {
      remedy: "Enter the e-mail address that the API token belongs to in the connection.",
    });
  const { token } = secrets;
  const version = cloud ? "3" : "2";
  const root = `${settings.base_url}/rest/api/${version}`;
  const auth = settings.email === null ? { bearer: token } : { user: settings.email, pass: token };
  const sending = {
    fetch: ports.fetch ?? fetch,
    timeoutMs: ports.timeoutMs ?? defaultTimeoutMs,
    endAfter: ports.endAfter ?? endAfter,
  };
  let opened: Promise<JiraClient> | undefined;
  /** Loaded when it is first needed: a process that asks no Jira does without its memory. */
  const vendor = async (call: (client: JiraClient) => Promise<unknown>): Promise<unknown> => {
    opened ??= import("jira-client").then(
      ({ default: Client }) =>
        new Client({
          protocol: base.protocol.slice(0, -1),
          host: base.hostname,
          port: base.port,
          base: base.pathname === "/" ? "" : base.pathname,
          apiVersion: version,
          ...(settings.email === null ? { bearer: token } : { username: settings.email, password: token }),
          request: (request: AskedRequest) => sendRequest(sending, request),
        }),
    );
    return await call(await opened);
  };

  async function bodyOf(asked: Promise<unknown>): Promise<unknown> {
    const outcome = await asked;
    if (!(outcome instanceof Outcome)) throw unavailable("jira-client gave something else.");
    if (outcome.answer instanceof ExpertError) throw outcome.answer;
    if (outcome.answer.status >= 300) throw refusalOf(outcome.answer, { clock: ports.clock, token });
    return outcome.answer.body;
  }
  async function ask<S extends z.ZodType>(schema: S, asked: Promise<unknown>): Promise<z.output<S>> {
    const parsed = schema.safeParse(await bodyOf(asked));
    if (parsed.success) return parsed.data;
    throw unavailable("Jira answers in a way that is not read here.", parsed.error);
  }
  const own = (request: Omit<AskedRequest, "auth">): Promise<unknown> =>
    sendRequest(sending, { ...request, auth });

  return {
    createIssue: (fields) =>
      ask(
        createdSchema,
        vendor((client) => client.addNewIssue({ fields })),
      ),
    async search(jql) {
      const query = { jql, maxResults: 100, fields: ["summary"] };
      const asked = cloud
        ? own({ uri: `${root}/search/jql`, method: "POST", body: query })
        : vendor((client) => client.searchJira(jql, { maxResults: query.maxResults, fields: query.fields }));
      return (await ask(foundSchema, asked)).issues;
    },
    async issue(id, fields, expand) {
      try {
        const query = new URLSearchParams({ fields, expand }).toString();
        return await ask(issueSchema, own({ uri: `${root}/issue/${numbered(id)}?${query}` }));
      } catch (error) {
        if (isExpertError(error, "channel_refused") && error.facts["status"] === 404) return null;
        throw error;
      }
    },
    comments(id, startAt) {
      // Data Center tells by a property what a service desk keeps to itself; Cloud says it in the comment.
      const expand = cloud ? "" : "&expand=properties";
      const query = `startAt=${String(startAt)}&maxResults=100&orderBy=-created${expand}`;
      return ask(
        commentsSchema,
        vendor((client) => client.genericGet(`issue/${numbered(id)}/comment?${query}`)),
      );
    },
    async addComment(id, body) {
      await bodyOf(vendor((client) => client.addCommentAdvanced(numbered(id), { body })));
    },
    async transitions(id) {
      return (
        await ask(
          transitionsSchema,
          vendor((client) => client.listTransitions(numbered(id))),
        )
      ).transitions;
    },
    async doTransition(id, transition, fields, noted) {
      await bodyOf(
        vendor((client) =>
          client.transitionIssue(numbered(id), {
            transition: { id: transition },
            ...(fields === null ? {} : { fields }),
            historyMetadata: noted,
          }),
        ),
      );
    },
    async attach(id, { name, mediaType, content }) {
      const form = new FormData();
      form.append("file", new File([Uint8Array.from(content)], name, { type: mediaType }));
      const headers = { "x-atlassian-token": "no-check" };
      await bodyOf(own({ uri: `${root}/issue/${numbered(id)}/attachments`, method: "POST", form, headers }));
    },
    myself: () =>
      ask(
        myselfSchema,
        vendor((client) => client.getCurrentUser()),
      ),
    async permissions(names) {
      // Data Center tells all that there are.
      const query = cloud ? `?permissions=${names.join(",")}` : "";
      return (
        await ask(
          permissionsSchema,
          vendor((client) => client.genericGet(`mypermissions${query}`)),
        )
      ).permissions;
    },
  };
}

const onThisMachine = new Set(["127.0.0.1", "[::1]", "localhost"]);

function checkedAddress(address: string): URL {
  const base = new URL(address);
  if (base.protocol === "https:" || onThisMachine.has(base.hostname)) return base;
  throw new ExpertError("configuration_invalid", "Jira's address must begin with https://.", {
    remedy: "Enter the https address of Jira in the connection; http is for this machine alone.",
  });
}

/** Ids stand in paths: nothing but Jira's own numbers gets there. */
function numbered(id: string): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw new ExpertError("channel_refused", "That is no id of a Jira issue.", {
    remedy: "Name the issue by the number that Jira gave it.",
  });
}
