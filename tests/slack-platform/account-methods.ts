import { endTokens } from "./installations.ts";
import { method, type Method } from "./method.ts";
import { SlackRefusal } from "./refusal.ts";
import { closed, flag, text } from "./request-arguments.ts";
import { tellUninstalled } from "./uninstall.ts";

const accountArguments = {
  test: closed({}),
  revoke: closed({ test: flag().optional() }),
  uninstall: closed({ client_id: text(), client_secret: text() }),
  team: closed({ team: text().optional(), domain: text().optional() }),
};

/** auth.*, apps.uninstall and team.info: of what an installation is, which the emulate package keeps for one team only. */
export const accountMethods: Record<string, Method> = {
  "auth.test": method({
    arguments: accountArguments.test,
    scopes: [],
    tier: "special",
    run: (_given, caller, { state }) => {
      const { workspace, token } = caller;
      const wide = token.install?.organisation;
      const enterprise = wide ?? workspace.organisation;
      return {
        url: `https://${workspace.domain}.slack.com/`,
        team: wide?.name ?? workspace.name,
        user: state.app.name.toLowerCase().replaceAll(/\W+/g, "_"),
        team_id: wide?.id ?? workspace.id,
        user_id: caller.botUserId,
        bot_id: caller.botId,
        ...(enterprise && { enterprise_id: enterprise.id }),
        is_enterprise_install: wide !== undefined,
        ...(token.expiresAt !== undefined && {
          expires_in: Math.floor((token.expiresAt - state.now()) / 1000),
        }),
      };
    },
  }),

  "auth.revoke": method({
    arguments: accountArguments.revoke,
    scopes: [],
    tier: 3,
    run: (given, caller) => {
      if (given.test === true) return { revoked: false };
      caller.token.gone = "token_revoked";
      return { revoked: true };
    },
  }),

  "apps.uninstall": method({
    arguments: accountArguments.uninstall,
    scopes: [],
    tier: 1,
    run: (given, caller, { state, deliveries }) => {
      if (given.client_id !== state.app.clientId || given.client_secret !== state.app.clientSecret)
        throw new SlackRefusal("bad_client_secret", "The client id or secret is wrong.");
      const { install } = caller.token;
      if (!install) throw new SlackRefusal("not_allowed_token_type", "Only an installation can be removed.");
      for (const event of tellUninstalled(state, install)) deliveries.sendLater(event);
      endTokens(state, install, "account_inactive");
      if (install.team) install.team.install = undefined;
      else if (install.organisation) install.organisation.install = undefined;
      return {};
    },
  }),

  "team.info": method({
    arguments: accountArguments.team,
    scopes: ["team:read"],
    tier: 3,
    run: (given, { workspace }, { state }) => {
      const asked = given.team === undefined ? workspace : state.workspaces.get(given.team);
      if (!asked) throw new SlackRefusal("team_not_found", String(given.team));
      return {
        team: {
          id: asked.id,
          name: asked.name,
          url: `https://${asked.domain}.slack.com/`,
          domain: asked.domain,
          email_domain: "",
          icon: { image_default: true },
          is_verified: false,
          ...(asked.organisation && {
            enterprise_id: asked.organisation.id,
            enterprise_name: asked.organisation.name,
          }),
        },
      };
    },
  }),
};
