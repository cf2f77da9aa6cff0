import { DateTime } from "luxon";
import { setAway } from "../../../core/approvals/set-away.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Language } from "../../../core/text/language.ts";
import { messageOf, type SlackMessage } from "../render/message.ts";
import { slackDate } from "../render/slack-date.ts";
import { section } from "../render/split-blocks.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { approvalWords } from "./approval-words.ts";
import type { Desk } from "./desk.ts";
import { identifyPerson } from "./visitor.ts";
import type { Workspace } from "./workspace.ts";

/** `away until 2026-12-01 for @Ben`, as far as it could be read. */
export interface Absence {
  /** Null where no day is named. */
  readonly day: string | null;
  /** As it was written; null where nobody is named. */
  readonly delegate: string | null;
}

/** Null where the text is about something else. */
export function readAbsence(text: string): Absence | "back" | null {
  if (/^back$/i.test(text)) return "back";
  if (/^away$/i.test(text)) return { day: null, delegate: null };
  const [, day, delegate] = /^away\s+(?:until\s+)?(\d{4}-\d{2}-\d{2})(?:\s+for\s+(\S.*))?$/i.exec(text) ?? [];
  if (day !== undefined) return { day, delegate: delegate ?? null };
  return /^away\s+until\b/i.test(text) ? { day: null, delegate: null } : null;
}

/** Keeps that somebody who decides is away, from their own midnight on back again. Throws what the core and Slack do. */
export async function setAbsence(
  desk: Desk,
  workspace: Workspace,
  {
    identity,
    userId,
    language,
  }: { readonly identity: Identity; readonly userId: string; readonly language: Language },
  absence: Absence | "back",
): Promise<SlackMessage> {
  const words = approvalWords[language];
  if (absence === "back") {
    await setAway(desk.approvals, { identity, away: null });
    return messageOf([section(words.back)]);
  }
  const { timeZone } = await desk.directory.person(workspace, userId);
  const until = DateTime.fromISO(absence.day ?? "", { zone: timeZone ?? "utc" });
  if (!until.isValid) return messageOf([section(words.awayHow)]);
  const delegate =
    absence.delegate === null ? null : await findDelegate(desk, workspace, absence.delegate, language);
  await setAway(desk.approvals, {
    identity,
    away: { until: until.toJSDate(), delegate: delegate?.email ?? null },
  });
  const decides = delegate === null ? words.nobodyDecides : words.delegateDecides(delegate.name);
  const when = slackDate(until.toJSDate().toISOString(), language);
  return messageOf([section(`${words.awayUntil(when)} ${writePlain(decides)}`)]);
}

/** By a mention, which Slack writes as an id, or by an e-mail address. */
async function findDelegate(
  desk: Desk,
  workspace: Workspace,
  written: string,
  language: Language,
): Promise<{ readonly name: string; readonly email: string }> {
  const [, userId] = /^<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>$/.exec(written.trim()) ?? [];
  if (userId !== undefined) {
    const { teamId } = await desk.directory.person(workspace, userId);
    const { member } = await identifyPerson(desk, workspace, { userId, userTeamId: teamId });
    return member;
  }
  const [, linked = written.trim()] = /^<mailto:([^|<>]+)\|?[^<>]*>$/.exec(written.trim()) ?? [];
  if (/^[^\s@]+@[^\s@]+$/.test(linked)) return { name: linked, email: linked };
  throw new ExpertError("invalid_input", approvalWords[language].delegateUnknown);
}
