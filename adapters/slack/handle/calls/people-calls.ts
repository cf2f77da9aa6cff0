import type { WebClient } from "@slack/web-api";
import { callSlack } from "../../client/slack-client.ts";
import { slackErrorCode } from "../../client/translate-slack-error.ts";
import { nextCursor, type SlackPage } from "./page.ts";

/** A person, or a bot, as Slack tells of them. */
export interface SlackUser {
  readonly id: string;
  /** The workspace that they belong to. */
  readonly teamId: string;
  readonly organisationId: string | null;
  readonly name: string;
  /** Null unless Slack has confirmed that it is theirs. */
  readonly confirmedEmail: string | null;
  /** As `th-TH`; null where Slack does not tell. */
  readonly locale: string | null;
  /** As `Asia/Bangkok`; null where Slack does not tell. */
  readonly timeZone: string | null;
  readonly bot: boolean;
  readonly deleted: boolean;
  /** A guest of the workspace, of one channel or of several. */
  readonly restricted: boolean;
  /** Somebody of another company, met in a shared channel. */
  readonly stranger: boolean;
}

/** Each throws what `callSlack` throws. */
export interface PeopleCalls {
  user(id: string): Promise<SlackUser>;
  users(cursor: string | null): Promise<SlackPage<SlackUser>>;
  /** Null where nobody has the address. */
  byEmail(email: string): Promise<SlackUser | null>;
}

/** What users.info, users.list and users.lookupByEmail tell, as far as it is read here. */
interface ToldUser {
  readonly id?: string;
  readonly team_id?: string;
  readonly enterprise_user?: { readonly enterprise_id?: string };
  readonly name?: string;
  readonly real_name?: string;
  readonly profile?: {
    readonly display_name?: string;
    readonly real_name?: string;
    readonly email?: string;
  };
  readonly locale?: string;
  readonly tz?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_app_user?: boolean;
  readonly is_email_confirmed?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
}

/** The account that speaks for Slack itself is a bot, but is not told as one. */
const slackbot = "USLACKBOT";

/** @see https://docs.slack.dev/reference/objects/user-object */
export function readUser(told: ToldUser, workspaceId: string): SlackUser {
  const id = told.id ?? "";
  const { profile } = told;
  const names = [profile?.real_name, told.real_name, profile?.display_name, told.name];
  return {
    id,
    teamId: told.team_id ?? workspaceId,
    organisationId: told.enterprise_user?.enterprise_id ?? null,
    name: names.find((name) => name !== undefined && name.trim() !== "") ?? id,
    confirmedEmail: told.is_email_confirmed === true ? (profile?.email ?? null) : null,
    locale: told.locale ?? null,
    timeZone: told.tz ?? null,
    bot: told.is_bot === true || id === slackbot,
    deleted: told.deleted === true,
    restricted: told.is_restricted === true || told.is_ultra_restricted === true,
    stranger: told.is_stranger === true,
  };
}

/** Slack recommends no more than 200, but a company of 20,000 people would then take 100 calls at 20 a minute. */
const pageSize = 1_000;

/**
 * @param teamId of the workspace that is asked about; an organisation-wide token has to name it.
 */
export const createPeopleCalls = (client: WebClient, teamId: string): PeopleCalls => ({
  async user(id) {
    const answer = await callSlack(() => client.users.info({ user: id, include_locale: true }));
    return readUser({ id, ...answer.user }, teamId);
  },
  async users(cursor) {
    const answer = await callSlack(() =>
      client.users.list({
        limit: pageSize,
        include_locale: true,
        team_id: teamId,
        ...(cursor === null ? {} : { cursor }),
      }),
    );
    return {
      items: (answer.members ?? []).map((user) => readUser(user, teamId)),
      cursor: nextCursor(answer.response_metadata),
    };
  },
  async byEmail(email) {
    try {
      const { user } = await callSlack(() => client.users.lookupByEmail({ email }));
      return user ? readUser(user, teamId) : null;
    } catch (error) {
      if (slackErrorCode(error) === "users_not_found") return null;
      throw error;
    }
  },
});
