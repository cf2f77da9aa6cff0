import { isCourtesy } from "../../../core/conversation/small-talk.ts";
import { fromMrkdwn } from "../render/from-mrkdwn.ts";
import type { Desk } from "./desk.ts";
import type { Workspace } from "./workspace.ts";

/** Names that are looked up for one question. */
const namesLookedUp = 10;

/** What a person wrote as a question in Markdown, the people that it mentions by name. */
export async function readQuestion(
  { directory }: Pick<Desk, "directory">,
  workspace: Workspace,
  text: string,
): Promise<string> {
  const { botUserId } = workspace;
  const mentioned = [...text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g)].map(([, id = ""]) => id);
  const others = [...new Set(mentioned)].filter((id) => id !== botUserId).slice(0, namesLookedUp);
  const names = new Map<string, string>();
  await Promise.all(
    others.map(async (id) => {
      const user = await directory.person(workspace, id).catch(() => null);
      if (user) names.set(id, user.name);
    }),
  );
  return fromMrkdwn(text, { botUserIds: [botUserId], nameOf: (id) => names.get(id) ?? null });
}

/**
 * Whether people talk with each other in a thread of the bot's: begins with somebody else's name or a call to all, or
 * is no more than a courtesy. Only for what does not name the bot.
 */
export const isAmongPeople = (text: string, botUserId: string): boolean => {
  const [, begins = ""] = /^\s*<([@!][^<>]+)>/.exec(text) ?? [];
  if (begins !== "" && begins.split("|")[0] !== `@${botUserId}`) return true;
  return isCourtesy(text);
};
