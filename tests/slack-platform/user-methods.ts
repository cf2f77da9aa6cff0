import { type Caller, method, type Method, visibleChannel } from "./method.ts";
import { paged } from "./pages.ts";
import type { Json, PersonState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import { closed, flag, pages, text } from "./request-arguments.ts";

const userArguments = {
  info: closed({ user: text(), include_locale: flag().optional() }),
  list: closed({ include_locale: flag().optional(), ...pages }),
  lookupByEmail: closed({ email: text() }),
  botInfo: closed({ bot: text().optional() }),
  addReaction: closed({ channel: text(), timestamp: text(), name: text() }),
};

/** People are served here, for the emulate package knows no guests, strangers or unconfirmed addresses. */
export const userMethods: Record<string, Method> = {
  "users.info": method({
    arguments: userArguments.info,
    scopes: ["users:read"],
    tier: 4,
    run: (given, caller) => {
      const person = caller.workspace.people.get(given.user);
      if (!person) throw new SlackRefusal("user_not_found", given.user);
      return { user: formatUser(person, caller, given.include_locale === true) };
    },
  }),

  "users.list": method({
    arguments: userArguments.list,
    scopes: ["users:read"],
    tier: 2,
    run: (given, caller) => {
      const people = [...caller.workspace.people.values()].filter((person) => !person.stranger);
      const { page, response_metadata } = paged(people, given, 200, 1000);
      return {
        members: page.map((person) => formatUser(person, caller, given.include_locale === true)),
        response_metadata,
      };
    },
  }),

  "users.lookupByEmail": method({
    arguments: userArguments.lookupByEmail,
    scopes: ["users:read.email"],
    tier: 3,
    run: (given, caller) => {
      const person = [...caller.workspace.people.values()].find(
        ({ email, deleted, stranger }) =>
          email?.toLowerCase() === given.email.toLowerCase() && !deleted && !stranger,
      );
      if (!person) throw new SlackRefusal("users_not_found", given.email);
      return { user: formatUser(person, caller, false) };
    },
  }),

  "bots.info": method({
    arguments: userArguments.botInfo,
    scopes: ["users:read"],
    tier: 3,
    run: (given, caller, { state }) => {
      const bot = [...caller.workspace.people.values()].find(
        ({ botId }) => botId === (given.bot ?? caller.botId),
      );
      if (!bot) throw new SlackRefusal("bot_not_found", String(given.bot));
      return {
        bot: {
          id: bot.botId,
          deleted: bot.deleted,
          name: bot.name,
          updated: 0,
          app_id: state.app.id,
          user_id: bot.id,
          icons: {},
        },
      };
    },
  }),

  "reactions.add": method({
    arguments: userArguments.addReaction,
    scopes: ["reactions:write"],
    tier: 3,
    run: (given, caller, { state }) => {
      const channel = visibleChannel(state, caller, given.channel);
      if (!channel.members.has(caller.botUserId)) throw new SlackRefusal("not_in_channel", channel.id);
      const message = channel.messages.get(given.timestamp);
      if (!message) throw new SlackRefusal("message_not_found", given.timestamp);
      const users = message.reactions.get(given.name) ?? [];
      if (users.includes(caller.botUserId)) throw new SlackRefusal("already_reacted", given.name);
      message.reactions.set(given.name, [...users, caller.botUserId]);
      return {};
    },
  }),

  "reactions.remove": method({
    arguments: userArguments.addReaction,
    scopes: ["reactions:write"],
    tier: 2,
    run: (given, caller, { state }) => {
      const message = visibleChannel(state, caller, given.channel).messages.get(given.timestamp);
      if (!message) throw new SlackRefusal("message_not_found", given.timestamp);
      const users = message.reactions.get(given.name) ?? [];
      if (!users.includes(caller.botUserId)) throw new SlackRefusal("no_reaction", given.name);
      const rest = users.filter((user) => user !== caller.botUserId);
      if (rest.length > 0) message.reactions.set(given.name, rest);
      else message.reactions.delete(given.name);
      return {};
    },
  }),
};

const offsetOf = (timeZone: string): number => {
  const at = new Date(0);
  const local = new Date(at.toLocaleString("en-US", { timeZone }));
  return Math.round(
    (local.getTime() - new Date(at.toLocaleString("en-US", { timeZone: "UTC" })).getTime()) / 1000,
  );
};

/** A user as users.info gives it; the e-mail only with users:read.email, the locale only where it was asked for. */
function formatUser(person: PersonState, caller: Caller, withLocale: boolean): Json {
  const enterprise = caller.workspace.organisation;
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.userName,
    deleted: person.deleted,
    color: "9f69e7",
    real_name: person.name,
    tz: person.timeZone,
    tz_label: person.timeZone,
    tz_offset: offsetOf(person.timeZone),
    profile: {
      title: "",
      phone: "",
      real_name: person.name,
      real_name_normalized: person.name,
      display_name: person.userName,
      display_name_normalized: person.userName,
      ...(person.email !== undefined && caller.has("users:read.email") && { email: person.email }),
      ...(person.botId !== undefined && { bot_id: person.botId }),
      team: person.teamId,
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.restricted,
    is_ultra_restricted: person.ultraRestricted,
    is_bot: person.bot,
    ...(person.stranger && { is_stranger: true }),
    is_app_user: false,
    updated: 0,
    ...(!person.bot && !person.stranger && { is_email_confirmed: person.emailConfirmed }),
    who_can_share_contact_card: "EVERYONE",
    ...(withLocale && { locale: person.locale }),
    ...(enterprise && {
      enterprise_user: {
        id: person.id,
        enterprise_id: enterprise.id,
        enterprise_name: enterprise.name,
        is_admin: false,
        is_owner: false,
        is_primary_owner: false,
        teams: [caller.workspace.id],
      },
    }),
  };
}
