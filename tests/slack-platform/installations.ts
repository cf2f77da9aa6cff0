import type {
  InstallState,
  OrganisationState,
  PlatformState,
  TokenState,
  WorkspaceState,
} from "./platform-state.ts";
import { newSecret, newSlackId } from "./platform-state.ts";
import type { Installation } from "./slack-platform.ts";

/** docs.slack.dev/authentication/using-token-rotation: access tokens live for twelve hours. */
export const TOKEN_LIFE_S = 43_200;

type Target =
  { team: WorkspaceState; organisation?: undefined } | { team?: undefined; organisation: OrganisationState };

/** Installs the app, or renews an installation: the bot stays the same user, its scopes become the granted ones. */
export function install(
  state: PlatformState,
  target: Target,
  granted: { scopes: readonly string[]; installer: string; rotation: boolean },
): InstallState {
  const before = target.team ? target.team.install : target.organisation.install;
  if (before) {
    Object.assign(before, {
      scopes: granted.scopes,
      installer: granted.installer,
      rotation: granted.rotation,
    });
    issueToken(state, before);
    return before;
  }
  const made: InstallState = {
    team: target.team,
    organisation: target.organisation,
    botUserId: newSlackId("U"),
    botId: newSlackId("B"),
    installer: granted.installer,
    scopes: granted.scopes,
    rotation: granted.rotation,
    tokens: [],
    refreshToken: undefined,
  };
  issueToken(state, made);
  if (target.team) target.team.install = made;
  else target.organisation.install = made;
  for (const workspace of target.team ? [target.team] : workspacesOf(state, target.organisation))
    addBotUser(state, workspace, made);
  return made;
}

export const workspacesOf = (state: PlatformState, organisation: OrganisationState): WorkspaceState[] =>
  [...state.workspaces.values()].filter((workspace) => workspace.organisation === organisation);

/** The bot is a user of every workspace where the app is installed. */
export function addBotUser(state: PlatformState, workspace: WorkspaceState, install: InstallState): void {
  workspace.people.set(install.botUserId, {
    id: install.botUserId,
    teamId: workspace.id,
    name: state.app.name,
    userName: state.app.name.toLowerCase().replaceAll(/\W+/g, "_"),
    email: undefined,
    emailConfirmed: false,
    restricted: false,
    ultraRestricted: false,
    stranger: false,
    locale: "en-US",
    timeZone: "America/Los_Angeles",
    deleted: false,
    bot: true,
    botId: install.botId,
    home: undefined,
    modals: [],
  });
}

/** Of a rotating installation at most two access tokens serve at a time: the oldest goes. */
const TOKENS_AT_ONCE = 2;

/** A new bot token, short-lived and with a refresh token where tokens rotate. */
export function issueToken(state: PlatformState, install: InstallState): void {
  const token: TokenState = {
    token: `${install.rotation ? "xoxe.xoxb-1-" : "xoxb-"}${newSecret()}`,
    kind: "bot",
    install,
    scopes: install.scopes,
    expiresAt: install.rotation ? state.now() + TOKEN_LIFE_S * 1000 : undefined,
    gone: undefined,
  };
  state.tokens.set(token.token, token);
  install.tokens.push(token);
  if (!install.rotation) return;
  for (const old of install.tokens.slice(0, -TOKENS_AT_ONCE)) old.gone ??= "token_revoked";
  install.refreshToken = `xoxe-1-${newSecret()}`;
  state.refreshTokens.set(install.refreshToken, { install, used: false });
}

export function endTokens(
  state: PlatformState,
  install: InstallState,
  gone: NonNullable<TokenState["gone"]>,
): void {
  for (const token of install.tokens) token.gone ??= gone;
  for (const refresh of state.refreshTokens.values()) if (refresh.install === install) refresh.used = true;
}

const newestToken = (install: InstallState): TokenState => {
  const token = install.tokens.at(-1);
  if (!token) throw new Error("An installation has a token from its start.");
  return token;
};

export const publicInstallation = (state: PlatformState, install: InstallState): Installation => ({
  id: install.botUserId,
  appId: state.app.id,
  teamId: install.team?.id,
  enterpriseId: install.organisation?.id ?? install.team?.organisation?.id,
  isEnterpriseInstall: install.organisation !== undefined,
  botToken: newestToken(install).token,
  botUserId: install.botUserId,
  botId: install.botId,
  scopes: install.scopes,
  refreshToken: install.refreshToken,
  expiresAt: expiryOf(newestToken(install)),
});

const expiryOf = ({ expiresAt }: TokenState): Date | undefined =>
  expiresAt === undefined ? undefined : new Date(expiresAt);
