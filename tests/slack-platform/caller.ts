import type { Caller } from "./method.ts";
import type { Json, PlatformState, TokenState, WorkspaceState } from "./platform-state.ts";
import { installOf } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import { workspacesOf } from "./installations.ts";

/** The token of the Authorization header or of the arguments. */
export function tokenOf(authorization: string | undefined, given: Json): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  return bearer ?? (typeof given["token"] === "string" ? given["token"] : undefined);
}

/** @throws SlackRefusal `not_authed`, `invalid_auth`, `token_revoked`, `account_inactive` or `token_expired`. */
export function checkToken(state: PlatformState, token: string | undefined): TokenState {
  if (token === undefined || token === "") throw new SlackRefusal("not_authed", "There is no token.");
  const known = state.tokens.get(token);
  if (!known) throw new SlackRefusal("invalid_auth", "The token is unknown.");
  if (known.gone) throw new SlackRefusal(known.gone, "The token no longer serves.");
  if (known.expiresAt !== undefined && state.now() >= known.expiresAt)
    throw new SlackRefusal("token_expired", "The token's twelve hours are over.");
  return known;
}

/**
 * Who calls with a bot token. An organisation's token serves all its workspaces: which one, the arguments say by
 * team_id, channel or person.
 * @throws SlackRefusal as above, and `not_allowed_token_type`, `team_access_not_granted`.
 */
export function callerOf(state: PlatformState, token: string | undefined, given: Json): Caller {
  const known = checkToken(state, token);
  const { install } = known;
  if (!install)
    throw new SlackRefusal("not_allowed_token_type", "An app-level token serves Socket Mode only.");
  const workspace = install.team ?? meantWorkspace(state, install.organisation, given);
  if (!workspace || installOf(workspace) === undefined)
    throw new SlackRefusal("team_access_not_granted", "The token serves no such workspace.");
  const has = (scope: string) => known.scopes.includes(scope);
  return {
    token: known,
    workspace,
    botUserId: install.botUserId,
    botId: install.botId,
    has,
    need: (...scopes) => {
      if (scopes.some(has)) return;
      throw new SlackRefusal("missing_scope", `needed: ${scopes.join(" or ")}`, {
        extra: { needed: scopes.join(","), provided: known.scopes.join(",") },
      });
    },
  };
}

function meantWorkspace(
  state: PlatformState,
  organisation: Parameters<typeof workspacesOf>[1] | undefined,
  given: Json,
): WorkspaceState | undefined {
  if (!organisation) return undefined;
  const all = workspacesOf(state, organisation);
  const team = given["team_id"] ?? given["team"];
  if (team !== undefined) return all.find((workspace) => workspace.id === team);
  const channel = given["channel"] ?? given["channel_id"];
  const person = given["user"] ?? given["user_id"] ?? given["users"];
  const trigger = state.triggers.get(String(given["trigger_id"]))?.team;
  return (
    all.find((workspace) => workspace.channels.has(String(channel))) ??
    all.find((workspace) => workspace.people.has(String(person))) ??
    all.find((workspace) => workspace.id === trigger) ??
    all[0]
  );
}
