import type { Identity } from "../../../core/identity/directory.ts";
import { detectLanguage, type Language } from "../../../core/text/language.ts";
import type { Desk } from "./desk.ts";
import { refusal } from "./explain-error.ts";
import { personOf, profileOf } from "./profile.ts";
import type { Workspace } from "./workspace.ts";

/** A person in Slack's names. */
export interface SlackPerson {
  readonly userId: string;
  /** The workspace that they belong to. */
  readonly userTeamId: string;
}

/** Who this is in the company; throws `forbidden` where their account is switched off, and what Slack throws. */
export async function identifyPerson(
  { channelPeople, people, directory }: Desk,
  workspace: Workspace,
  { userId, userTeamId }: SlackPerson,
): Promise<Identity> {
  const { tenantId } = workspace;
  const user = await channelPeople.recognise(tenantId, personOf(userId, userTeamId), async () =>
    profileOf(workspace, await directory.person(workspace, userId)),
  );
  const identity = await people.identify(tenantId, user);
  if (!identity) throw refusal("forbidden", "switchedOff");
  return identity;
}

export const isGuest = ({ member }: Identity): boolean => member.roles.includes("guest");

/** Throws `forbidden` where there is no department that the person can ask, with what to do about it. */
export function assertMayAsk(identity: Identity): void {
  if (identity.scope.departments.size > 0) return;
  throw refusal("forbidden", isGuest(identity) ? "unknownPerson" : "nothingToAsk");
}

/** The language to speak with a person: that of their Slack, or of what they wrote where theirs is not spoken here. */
export async function languageOf(
  { directory }: Pick<Desk, "directory">,
  workspace: Workspace,
  userId: string,
  written = "",
): Promise<Language> {
  const user = await directory.person(workspace, userId).catch(() => null);
  const [spoken] = user?.locale?.toLowerCase().split(/[-_]/) ?? [];
  if (spoken === "th" || spoken === "en") return spoken;
  return detectLanguage(written);
}
