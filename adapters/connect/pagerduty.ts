import type { OnCall } from "../../core/approvals/approver-reach.ts";
import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import { ExpertError } from "../../core/errors.ts";
import type { TenantId } from "../../core/ids.ts";
import type { Config } from "../config.ts";
import { createPagerDutyClient, type PagerDutyClient } from "../pagerduty/pagerduty-client.ts";
import { createPagerDutyOnCall } from "../pagerduty/pagerduty-on-call.ts";
import { findSchedules, readSchedule } from "../pagerduty/read-schedule.ts";

interface PagerDutyPorts {
  readonly config: Config;
  readonly database: Pick<Database, "tenants">;
  readonly clock: Clock;
  /** Longest wait for an answer, in milliseconds; the adapter's own unless told. */
  readonly timeoutMs?: number;
}

/** Who is on call; null where no PagerDuty is configured. */
export function connectOnCall({ config, database, clock, timeoutMs }: PagerDutyPorts): OnCall | null {
  const client = clientOf({ config, clock, timeoutMs });
  if (!client) return null;
  return createPagerDutyOnCall({
    client,
    owner: async () => (await ownerOf(database, config.PAGERDUTY_TENANT))?.id ?? null,
    clock,
  });
}

function clientOf({
  config: { PAGERDUTY_API_TOKEN: token, PAGERDUTY_API_URL: apiUrl },
  clock,
  timeoutMs,
}: Pick<PagerDutyPorts, "config" | "clock"> & {
  readonly timeoutMs: number | undefined;
}): PagerDutyClient | null {
  if (token === undefined) return null;
  const waits = timeoutMs === undefined ? {} : { timeoutMs };
  return createPagerDutyClient({ clock }, { token, apiUrl, ...waits });
}

type Tenant = Awaited<ReturnType<Database["tenants"]>>[number];

/** The tenant of the slug, or the only one; null where there are several and none is named, or none of the name. */
async function ownerOf(
  database: Pick<Database, "tenants">,
  slug: string | undefined,
): Promise<Tenant | null> {
  const tenants = await database.tenants();
  const [first, ...more] = slug === undefined ? tenants : tenants.filter((tenant) => tenant.slug === slug);
  return more.length === 0 ? (first ?? null) : null;
}

/** A schedule that a department's policy names, and how many are on call in it, or what is wrong with it. */
interface NamedSchedule {
  readonly schedule: string;
  readonly onCall: number | ExpertError;
}

export interface PagerDutyFacts {
  /** The slug of the company whose it is. */
  readonly tenant: string;
  /** Schedules that the key may read. */
  readonly schedules: number;
  readonly named: readonly NamedSchedule[];
}

interface DiagnosePorts {
  readonly config: Config;
  readonly clock: Clock;
  readonly openDatabase: () => Promise<Pick<Database, "tenants" | "withTenant">>;
  /** Longest wait for an answer, in milliseconds; the adapter's own unless told. */
  readonly timeoutMs?: number;
}

/**
 * Looks whose PagerDuty it is, which schedules its key may read, and who is on call in those that policies name; null
 * where none is configured. Throws `configuration_invalid`, `channel_refused` or `channel_unavailable`, with a remedy.
 */
export async function diagnosePagerDuty({
  config,
  clock,
  openDatabase,
  timeoutMs,
}: DiagnosePorts): Promise<PagerDutyFacts | null> {
  const { PAGERDUTY_TENANT: slug } = config;
  const client = clientOf({ config, clock, timeoutMs });
  if (!client) return null;
  const schedules = await findSchedules(client);
  const database = await openDatabase();
  const owner = await ownerOf(database, slug);
  if (!owner) throw noOwner(await database.tenants(), slug);
  const named: NamedSchedule[] = [];
  for (const schedule of await schedulesNamed(database, owner.id)) {
    const onCall = await readSchedule(client, schedule, clock.now()).then(
      (emails) => emails.length,
      (error: unknown) => {
        if (error instanceof ExpertError) return error;
        throw error;
      },
    );
    named.push({ schedule, onCall });
  }
  return { tenant: owner.slug, schedules: schedules.length, named };
}

async function schedulesNamed(
  database: Pick<Database, "withTenant">,
  tenant: TenantId,
): Promise<readonly string[]> {
  const departments = await database.withTenant(tenant, ({ members }) => members.departments());
  const levels = departments.flatMap(({ approval }) => approval.levels);
  return [...new Set(levels.flatMap(({ approvers }) => approvers.on_call ?? []))];
}

function noOwner(tenants: readonly Tenant[], slug: string | undefined): ExpertError {
  const message =
    slug === undefined
      ? "PAGERDUTY_API_TOKEN does not say whose PagerDuty it is."
      : `PAGERDUTY_TENANT names the company “${slug}”, which is not here.`;
  const remedy =
    tenants.length === 0
      ? "Create a company with `npm run expert -- tenant create FOLDER`."
      : `Set PAGERDUTY_TENANT to one of: ${tenants.map((tenant) => tenant.slug).join(", ")}.`;
  return new ExpertError("configuration_invalid", message, { remedy });
}
