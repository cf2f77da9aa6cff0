import { writePlain } from "../render/write-markdown.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { TeamsPlaceOrigin } from "../teams-event.ts";
import type { Errand, TeamsDesk } from "./desk.ts";
import { tell } from "./tell.ts";

const longestShown = 2_500;

/**
 * Others would see an answer without its question. Said at the first attempt alone: Teams tells nobody afterwards what
 * the bot has said, and twice would be worse than an answer that stands by itself.
 */
export async function showQuestion(
  desk: Pick<TeamsDesk, "pace">,
  { event: { attempt, pauses }, bot }: Errand,
  place: TeamsPlaceOrigin,
  { said, question }: { readonly said: string; readonly question: string },
): Promise<void> {
  if (attempt - pauses > 1) return;
  const quoted = writePlain(shorten(question, longestShown)).replaceAll(/^/gm, "> ");
  await tell(desk, { bot }, place, `${said}\n\n${quoted}`);
}
