import { setTimeout as pause } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import { afterRunning } from "../client/running-time.ts";
import type { SlackUser } from "./calls/people-calls.ts";
import { eachOf } from "../../../core/each-of.ts";
import type { Workspace } from "./workspace.ts";

/** The people of workspaces, remembered; what is older than half an hour is given, and asked for anew behind it. */
export interface WorkspaceDirectory {
  /** Throws what `callSlack` throws, where the person is not remembered. */
  person(workspace: Workspace, userId: string): Promise<SlackUser>;
  /** Throws as `person`, and `channel_unavailable` where many are not to be found. */
  people(workspace: Workspace, userIds: readonly string[]): Promise<readonly SlackUser[]>;
  /**
   * Asks anew about a person who is remembered, in any workspace of the installation: in an organisation the event names
   * another workspace than the questions do. Whether they may read other things now; also true where Slack does not tell,
   * and nothing is remembered of them then. Never throws.
   */
  changed(workspace: Workspace, userId: string): Promise<boolean>;
}

interface Remembered {
  readonly user: SlackUser;
  readonly at: number;
}

interface Team {
  readonly people: Map<string, Remembered>;
  readonly asking: Map<string, Promise<SlackUser>>;
  listing: Promise<void> | null;
  /** When the last list was begun that was read to its end. */
  listedAt: number;
}

const refreshMs = 30 * 60_000;
/** So many strangers to the directory are asked for one by one; for more, the whole list is cheaper. */
const askedSingly = 20;
const askedAtOnce = 5;
/**
 * In all workspaces together, at about half a kilobyte each: more than one list of the longest that is read. Beyond, the
 * workspace that was asked about longest ago is forgotten.
 */
const peopleRemembered = 200_000;
/** 100,000 people: beyond, the list is left where it is. */
const pagesRead = 100;
/** How long a question waits for a list, which is read to its end all the same. */
const listWaitMs = 8_000;
/** Whom a list that is younger than this leaves out, another one would too. */
const listAgainMs = 5 * 60_000;
/** Slack lets a list of 20,000 people be read in about a minute, and asks for pauses meanwhile. */
const longestPauseMs = 60_000;

export function createWorkspaceDirectory(
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  { limit = peopleRemembered }: { readonly limit?: number } = {},
): WorkspaceDirectory {
  // Each is kept in a new object whenever it has grown, so that it is measured anew.
  const teams = new LRUCache<string, { readonly team: Team }>({
    maxSize: limit,
    sizeCalculation: ({ team }) => Math.max(team.people.size, 1),
  });
  const now = (): number => clock.now().getTime();

  function teamOf(workspace: Workspace): Team {
    const key = keyOf(workspace);
    const known = teams.get(key);
    if (known) return known.team;
    const team: Team = { people: new Map(), asking: new Map(), listing: null, listedAt: -Infinity };
    teams.set(key, { team });
    return team;
  }

  /** Where it was forgotten meanwhile, it stays so. */
  function measure(workspace: Workspace, team: Team): void {
    const key = keyOf(workspace);
    if (teams.peek(key)?.team === team) teams.set(key, { team });
  }

  function ask(workspace: Workspace, team: Team, userId: string): Promise<SlackUser> {
    const asked = team.asking.get(userId);
    if (asked) return asked;
    const asking = workspace.people.user(userId).then((user) => {
      team.people.set(userId, { user, at: now() });
      measure(workspace, team);
      return user;
    });
    team.asking.set(userId, asking);
    const done = (): void => void team.asking.delete(userId);
    asking.then(done, done);
    return asking;
  }

  function list(workspace: Workspace, team: Team): Promise<void> {
    team.listing ??= readList(workspace, team).finally(() => {
      team.listing = null;
    });
    return team.listing;
  }

  async function readList(workspace: Workspace, team: Team): Promise<void> {
    const startedAt = now();
    let cursor: string | null = null;
    for (let page = 0; page < pagesRead; page += 1) {
      const { items, cursor: next } = await afterPauses(() => workspace.people.users(cursor));
      for (const user of items) team.people.set(user.id, { user, at: startedAt });
      measure(workspace, team);
      cursor = next;
      if (cursor === null) break;
    }
    team.listedAt = startedAt;
  }

  /** Nobody waits for it, and what is remembered stands where it fails. */
  function behind(workspace: Workspace, work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      logger.warn("the people of a Slack workspace could not be read anew", {
        team: workspace.teamId,
        error,
      });
    });
  }

  return {
    async person(workspace, userId) {
      const team = teamOf(workspace);
      const known = team.people.get(userId);
      if (!known) return await ask(workspace, team, userId);
      if (now() - known.at > refreshMs) behind(workspace, ask(workspace, team, userId));
      return known.user;
    },
    async people(workspace, userIds) {
      const team = teamOf(workspace);
      const missing = (): readonly string[] => userIds.filter((id) => !team.people.has(id));
      if (missing().length > askedSingly && now() - team.listedAt > listAgainMs) {
        await inTime(list(workspace, team));
      }
      const old = userIds.filter((id) => now() - (team.people.get(id)?.at ?? Infinity) > refreshMs);
      if (old.length > askedSingly) behind(workspace, list(workspace, team));
      else
        behind(
          workspace,
          eachOf(old, askedAtOnce, (id) => ask(workspace, team, id)),
        );
      const left = missing();
      if (left.length > askedSingly) {
        throw new ExpertError("channel_unavailable", "Slack does not tell who reads this channel.");
      }
      const found = new Map<string, SlackUser>();
      await eachOf(left, askedAtOnce, async (id) => found.set(id, await ask(workspace, team, id)));
      return userIds.flatMap((id) => found.get(id) ?? team.people.get(id)?.user ?? []);
    },
    async changed(workspace, userId) {
      const installation = keyOf({ ...workspace, teamId: "" });
      const knowing = [...teams.entries()].flatMap(([key, { team }]) => {
        const known = key.startsWith(installation) ? team.people.get(userId) : undefined;
        return known ? [{ team, known }] : [];
      });
      if (knowing.length === 0) return false;
      const fresh = await ask(workspace, teamOf(workspace), userId).catch(() => null);
      for (const { team } of knowing) {
        if (fresh) team.people.set(userId, { user: fresh, at: now() });
        else team.people.delete(userId);
      }
      return !fresh || knowing.some(({ known }) => !readsAlike(known.user, fresh));
    },
  };
}

/** Begins alike for all workspaces of an installation. */
const keyOf = ({
  tenantId,
  installationId,
  teamId,
}: Pick<Workspace, "tenantId" | "installationId" | "teamId">): string =>
  `${tenantId} ${installationId} ${teamId}`;

/** Does again what Slack wants a pause before. */
async function afterPauses<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const wait = isExpertError(error, "rate_limited") ? error.facts["retryAfterMs"] : undefined;
      if (typeof wait !== "number" || wait > longestPauseMs) throw error;
      await pause(wait, undefined, { ref: false });
    }
  }
}

async function inTime(listing: Promise<void>): Promise<void> {
  let end = (): void => undefined;
  const late = new Promise<boolean>((resolve) => {
    end = afterRunning(listWaitMs, () => {
      resolve(true);
    });
  });
  const isLate = await Promise.race([listing.then(() => false), late]).finally(() => {
    end();
  });
  listing.catch(() => undefined);
  if (isLate) {
    throw new ExpertError("channel_unavailable", "The people of this Slack workspace are still being read.");
  }
}

/** People change their names and statuses all day; that changes nothing of what they may read. */
const readsAlike = (one: SlackUser, other: SlackUser): boolean =>
  (["teamId", "organisationId", "confirmedEmail", "bot", "deleted", "restricted", "stranger"] as const).every(
    (field) => one[field] === other[field],
  );
