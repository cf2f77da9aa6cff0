import { setTimeout as delay } from "node:timers/promises";
import { accountMethods } from "./account-methods.ts";
import { assistantMethods } from "./assistant-methods.ts";
import { callerOf, checkToken, tokenOf } from "./caller.ts";
import { chatMethods } from "./chat-methods.ts";
import { conversationMethods } from "./conversation-methods.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Faults } from "./faults.ts";
import { fileMethods } from "./file-methods.ts";
import type { FileStore } from "./file-store.ts";
import type { Caller, Method } from "./method.ts";
import { exchangeCode } from "./oauth.ts";
import type { Json, PlatformState } from "./platform-state.ts";
import { rateLimiter } from "./rate-limits.ts";
import { SlackRefusal } from "./refusal.ts";
import { checkArguments } from "./request-arguments.ts";
import type { Fault } from "./slack-platform.ts";
import type { SocketMode } from "./socket-mode.ts";
import { streamMethods } from "./stream-methods.ts";
import { userMethods } from "./user-methods.ts";
import { viewMethods } from "./view-methods.ts";

export interface ApiAnswer {
  /** 0: the connection is closed without an answer. */
  status: number;
  headers: Record<string, string>;
  body: Json;
}

export interface WebApi {
  call(method: string, given: Json, authorization: string | undefined): Promise<ApiAnswer>;
  /** For a request that could not be read at all. */
  refuse(method: string, refusal: SlackRefusal): ApiAnswer;
}

interface Parts {
  state: PlatformState;
  deliveries: Deliveries;
  sockets: SocketMode;
  files: FileStore;
  faults: Faults;
}

/** Answers to a question rather than refusals: who asks cannot know before. */
const tellings: ReadonlySet<string> = new Set(["users_not_found"]);

const closed: ApiAnswer = { status: 0, headers: {}, body: {} };

/** The strict front: faults on order, then token, scope, arguments and rate, then the method's own work. */
export function webApi({ state, deliveries, sockets, files, faults }: Parts): WebApi {
  const limiter = rateLimiter(state);
  const methods: Record<string, Method> = {
    ...chatMethods,
    ...streamMethods,
    ...conversationMethods,
    ...userMethods,
    ...viewMethods,
    ...assistantMethods,
    ...accountMethods,
    ...fileMethods(files),
  };

  const refuse = (name: string, refusal: SlackRefusal, team?: string): ApiAnswer => {
    if (!tellings.has(refusal.code))
      state.violations.push({
        method: name,
        error: refusal.code,
        detail: refusal.detail,
        ...(team !== undefined && { team }),
      });
    return {
      status: refusal.retryAfter === undefined ? 200 : 429,
      headers: refusal.retryAfter === undefined ? {} : { "Retry-After": String(refusal.retryAfter) },
      body: { ok: false, error: refusal.code, ...refusal.extra },
    };
  };

  const run = async (name: string, found: Method, given: Json, caller: Caller): Promise<ApiAnswer> => {
    const [first, ...others] = found.scopes;
    if (first !== undefined) caller.need(first, ...others);
    const checked = checkArguments(found.arguments, given) as Json;
    const messageTo = found.messageTo === undefined ? undefined : String(checked[found.messageTo]);
    limiter.take({ method: name, tier: found.tier, team: caller.workspace.id, messageTo });
    const result = await found.run(checked, caller, { state, deliveries });
    return {
      status: 200,
      headers: {
        "X-OAuth-Scopes": caller.token.scopes.join(","),
        "X-Accepted-OAuth-Scopes": found.scopes.join(","),
      },
      body: { ok: true, ...result },
    };
  };

  /** The two methods that take no bot token. */
  const runWithoutBot = (name: string, given: Json, authorization: string | undefined): ApiAnswer => {
    if (name === "oauth.v2.access") {
      const basic = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
      return { status: 200, headers: {}, body: { ok: true, ...exchangeCode(state, given, basic) } };
    }
    const token = checkToken(state, tokenOf(authorization, given));
    if (token.kind !== "app")
      throw new SlackRefusal("not_allowed_token_type", "Socket Mode needs the app's token.");
    return { status: 200, headers: {}, body: { ok: true, url: sockets.open() } };
  };

  const answer = async (name: string, given: Json, authorization: string | undefined): Promise<ApiAnswer> => {
    let team: string | undefined;
    let result: ApiAnswer;
    try {
      const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
      if (name === "oauth.v2.access" || name === "apps.connections.open")
        result = runWithoutBot(name, given, authorization);
      else if (!found) throw new SlackRefusal("unknown_method", `The local Slack does not serve ${name}.`);
      else {
        const caller = callerOf(state, tokenOf(authorization, given), given);
        team = caller.workspace.id;
        result = await run(name, found, given, caller);
      }
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      result = refuse(name, error, team);
    }
    if (state.keepLogs) {
      const { token: _, ...shown } = given;
      const failed = result.body["error"];
      state.calls.push({
        method: name,
        team,
        arguments: shown,
        error: typeof failed === "string" ? failed : undefined,
        at: state.clock.now(),
      });
    }
    return result;
  };

  return {
    refuse,
    call: async (name, given, authorization) => {
      const fault = faults.take(name, {
        team: teamOf(state, tokenOf(authorization, given)),
        arguments: given,
      });
      if (!fault) return answer(name, given, authorization);
      if (fault.how === "close-after-effect") {
        await answer(name, given, authorization);
        return closed;
      }
      if (fault.how === "delay") {
        await delay(fault.delayMs ?? 1000);
        return answer(name, given, authorization);
      }
      return brought(fault);
    },
  };
}

/** What a fault answers without anything having happened; nothing that the bot did wrong. */
function brought(fault: Fault): ApiAnswer {
  switch (fault.how) {
    case "http-500":
      return { status: 500, headers: {}, body: {} };
    case "ratelimited":
      return {
        status: 429,
        headers: { "Retry-After": String(fault.retryAfter ?? 1) },
        body: { ok: false, error: "ratelimited" },
      };
    case "error":
      return { status: 200, headers: {}, body: { ok: false, error: fault.error ?? "internal_error" } };
    default:
      return closed;
  }
}

const teamOf = (state: PlatformState, token: string | undefined): string | undefined =>
  state.tokens.get(token ?? "")?.install?.team?.id;
