import { z } from "zod";
import { install, issueToken, publicInstallation, TOKEN_LIFE_S } from "./installations.ts";
import type { InstallState, Json, PlatformState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import { checkArguments, text } from "./request-arguments.ts";

/** docs.slack.dev/authentication/installing-with-oauth: a code serves for ten minutes. */
const CODE_LIFE_MS = 600_000;

const exchangeArguments = z.strictObject({
  client_id: text().optional(),
  client_secret: text().optional(),
  code: text().optional(),
  redirect_uri: text().optional(),
  grant_type: z.enum(["authorization_code", "refresh_token"]).optional(),
  refresh_token: text().optional(),
  token: z.string().optional(),
});

/**
 * oauth.v2.access: a code for tokens, or a refresh token for the next pair. Served here, for the emulate package knows
 * no rotation, no organisations and one team only.
 * @throws SlackRefusal as the method's documentation lists.
 */
export function exchangeCode(state: PlatformState, given: Json, basic: string | undefined): Json {
  const asked = checkArguments(exchangeArguments, given);
  const [id, secret] = basic === undefined ? [asked.client_id, asked.client_secret] : credentials(basic);
  if (id !== state.app.clientId) throw new SlackRefusal("invalid_client_id", String(id));
  if (secret !== state.app.clientSecret) throw new SlackRefusal("bad_client_secret", "The secret is wrong.");
  const granted =
    asked.grant_type === "refresh_token"
      ? refresh(state, asked.refresh_token)
      : redeem(state, asked.code, asked.redirect_uri);
  return answer(state, granted);
}

const credentials = (basic: string): [string | undefined, string | undefined] => {
  const [id, secret] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return [id, secret];
};

function redeem(state: PlatformState, code: string | undefined, redirect: string | undefined): InstallState {
  const pending = code === undefined ? undefined : state.codes.get(code);
  if (code === undefined || !pending) throw new SlackRefusal("invalid_code", "The code is unknown.");
  state.codes.delete(code);
  if (state.now() - pending.at > CODE_LIFE_MS) throw new SlackRefusal("invalid_code", "The code is too old.");
  if (redirect !== undefined && redirect !== pending.redirect)
    throw new SlackRefusal("bad_redirect_uri", redirect);
  const target = pending.organisation ? { organisation: pending.organisation } : { team: pending.workspace };
  return install(state, target, {
    scopes: pending.scopes,
    installer: pending.installer,
    rotation: state.app.tokenRotation,
  });
}

/** A refresh token serves once. */
function refresh(state: PlatformState, token: string | undefined): InstallState {
  const known = token === undefined ? undefined : state.refreshTokens.get(token);
  if (!known || known.used)
    throw new SlackRefusal("invalid_refresh_token", "It is unknown or was used before.");
  known.used = true;
  issueToken(state, known.install);
  return known.install;
}

function answer(state: PlatformState, granted: InstallState): Json {
  const organisation = granted.organisation ?? granted.team?.organisation;
  return {
    app_id: state.app.id,
    authed_user: { id: granted.installer },
    scope: granted.scopes.join(","),
    token_type: "bot",
    access_token: publicInstallation(state, granted).botToken,
    bot_user_id: granted.botUserId,
    ...(granted.rotation && { refresh_token: granted.refreshToken, expires_in: TOKEN_LIFE_S }),
    team: granted.team ? { id: granted.team.id, name: granted.team.name } : null,
    enterprise: organisation ? { id: organisation.id, name: organisation.name } : null,
    is_enterprise_install: granted.organisation !== undefined,
  };
}
