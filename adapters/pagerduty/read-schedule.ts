import { z } from "zod";
import { ExpertError } from "../../core/errors.ts";
import type { PagerDutyClient } from "./pagerduty-client.ts";

const usersSchema = z.object({ users: z.array(z.object({ email: z.string().nullish() })) });
const schedulesSchema = z.object({
  schedules: z.array(z.object({ id: z.string().min(1), name: z.string().nullish() })),
});
export type Schedule = z.output<typeof schedulesSchema>["schedules"][number];

/** PagerDuty's own limit of a page. */
const pageSize = 100;
const scheduleId = /^[A-Z0-9]{6,}$/;
/** Whoever is on call within this time from now on; PagerDuty wants a span. */
const spanMs = 1_000;

/**
 * E-mail addresses of those who are on call in a schedule, by its id or its whole name, letters of either case. Throws
 * `channel_refused` where there is no such schedule, or several of the name.
 */
export async function readSchedule(
  client: PagerDutyClient,
  schedule: string,
  now: Date,
): Promise<readonly string[]> {
  const byId = scheduleId.test(schedule) ? await readUsers(client, schedule, now) : null;
  if (byId) return byId;
  const id = await findByName(client, schedule);
  const users = await readUsers(client, id, now);
  if (!users) throw unknown(schedule);
  return users;
}

/** Those schedules that PagerDuty finds by words of their names; all where there are none. */
export async function findSchedules(client: PagerDutyClient, words?: string): Promise<readonly Schedule[]> {
  const query = { limit: String(pageSize), ...(words === undefined ? {} : { query: words }) };
  return parse(schedulesSchema, await client.read("/schedules", query)).flatMap(({ schedules }) => schedules);
}

async function readUsers(client: PagerDutyClient, id: string, now: Date): Promise<readonly string[] | null> {
  const pages = await client.read(`/schedules/${encodeURIComponent(id)}/users`, {
    since: now.toISOString(),
    until: new Date(now.getTime() + spanMs).toISOString(),
  });
  if (pages === null) return null;
  const emails = parse(usersSchema, pages).flatMap(({ users }) => users.flatMap(({ email }) => email ?? []));
  return [...new Set(emails.map((email) => email.toLowerCase()))];
}

async function findByName(client: PagerDutyClient, name: string): Promise<string> {
  const wanted = fold(name);
  const found = (await findSchedules(client, name.trim())).filter((one) => fold(one.name ?? "") === wanted);
  const [first, ...more] = found;
  if (!first) throw unknown(name);
  if (more.length === 0) return first.id;
  const ids = found.map(({ id }) => id).join(", ");
  throw new ExpertError("channel_refused", `PagerDuty has several schedules of the name “${name}”.`, {
    remedy: `Name it by its id in the department's approval policy: ${ids}.`,
  });
}

const fold = (name: string): string => name.trim().normalize("NFC").toLowerCase();

const unknown = (schedule: string): ExpertError =>
  new ExpertError("channel_refused", `PagerDuty has no schedule “${schedule}” that the key may read.`, {
    remedy:
      "Name it in the department's approval policy by the id that its address in PagerDuty ends with, or by its whole name.",
  });

function parse<S extends z.ZodType>(schema: S, pages: readonly unknown[] | null): readonly z.output<S>[] {
  const parsed = z.array(schema).safeParse(pages);
  if (parsed.success) return parsed.data;
  throw new ExpertError("channel_unavailable", "PagerDuty answers in a way that is not read here.", {
    remedy: "See that PAGERDUTY_API_URL is the address of PagerDuty's REST API.",
    cause: parsed.error,
  });
}
