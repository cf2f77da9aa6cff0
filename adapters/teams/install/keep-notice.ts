import type { AuditEvent } from "../../../core/audit/audit-event.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Errand, EventOf, TeamsDesk } from "../handle/desk.ts";
import type { PersonalTeamsEvent, TeamsEvent } from "../teams-event.ts";
import { referencesOf } from "./keep-place.ts";
import { welcome } from "./welcome.ts";

/** What Teams tells of conversations rather than of what somebody did in them. */
export type TeamsNotice = Exclude<TeamsEvent, PersonalTeamsEvent>;

/** Longer than a welcome takes, and shorter than the lease of the event that brings it. */
const welcomeLeaseMs = 20_000;
/** After which the second notice looks again: most welcomes take less. */
const welcomePauseMs = 1_000;

/**
 * Keeps where the bot was added, and welcomes the people there once; forgets where it was taken out, and who reads a
 * place that has changed. Teams tells of an addition twice, perhaps at the same moment.
 */
export async function keepNotice(desk: TeamsDesk, errand: Errand, notice: TeamsNotice): Promise<void> {
  desk.rosters.forget(errand.event.tenantId, notice);
  switch (notice.kind) {
    case "installed":
      await install(desk, errand, notice);
      return;
    case "removed":
      await forget(desk, errand, notice);
      return;
    case "members_changed":
      return;
    case "place_changed":
      await change(desk, errand, notice);
      return;
  }
}

async function install(desk: TeamsDesk, errand: Errand, notice: EventOf<"installed">): Promise<void> {
  const { tenantId, receivedAt: at } = errand.event;
  const all = referencesOf(notice, notice.teamName);
  if (!all) return;
  const [place] = all;
  await desk.database.withTenant(tenantId, async ({ references }) => {
    for (const reference of all) {
      const audit = reference === place ? [noted("channel.installed", reference)] : [];
      await references.keep(reference, { at, welcome: reference === place && !notice.upgrade, audit });
    }
  });
  const claim = await desk.database.withTenant(tenantId, ({ references }) =>
    references.claimWelcome(place, welcomeLeaseMs),
  );
  if (claim === "held") {
    throw new ExpertError("rate_limited", "The people there are being welcomed.", {
      facts: { retryAfterMs: welcomePauseMs },
    });
  }
  if (claim === "done") return;
  await welcome(desk, errand, notice);
  await desk.database.withTenant(tenantId, ({ references }) => references.welcomed(place));
}

async function forget(desk: TeamsDesk, { event }: Errand, notice: EventOf<"removed">): Promise<void> {
  const [place] = referencesOf(notice) ?? [];
  if (!place) return;
  await desk.database.withTenant(event.tenantId, ({ references }) =>
    references.forget(place, { at: event.receivedAt, audit: [noted("channel.uninstalled", place)] }),
  );
}

/** A team or channel that is gone cannot be written to. */
async function change(desk: TeamsDesk, { event }: Errand, notice: EventOf<"place_changed">): Promise<void> {
  const all = referencesOf(notice);
  const gone =
    notice.eventType === "channelDeleted"
      ? all?.find(({ kind }) => kind === "channel")
      : notice.eventType === "teamDeleted" || notice.eventType === "teamHardDeleted"
        ? all?.[0]
        : undefined;
  if (!gone) return;
  await desk.database.withTenant(event.tenantId, ({ references }) =>
    references.forget(gone, { at: event.receivedAt, audit: [] }),
  );
}

const noted = (
  event: "channel.installed" | "channel.uninstalled",
  { workspaceId, kind, externalId, name }: NonNullable<ReturnType<typeof referencesOf>>[number],
): AuditEvent => ({
  event,
  status: "success",
  userId: null,
  resourceType: "conversation",
  metadata: {
    channel: "teams",
    workspaceId,
    place: kind,
    id: externalId,
    ...(name === null ? {} : { name }),
  },
});
