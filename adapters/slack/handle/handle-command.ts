import { isStopWord } from "../../../core/conversation/stop-questions.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { SlackMessage } from "../render/message.ts";
import { askFromSlack } from "./ask.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { departmentsMessage, helpMessage } from "./help-messages.ts";
import { openMatters } from "./open-matters.ts";
import { readQuestion } from "./read-question.ts";
import { type Absence, readAbsence, setAbsence } from "./set-absence.ts";
import { statusMessage } from "./status-message.ts";
import { stopEverywhere } from "./stop-asked.ts";
import { plainMessage, tell, tellQuietly } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { assertMayAsk, identifyPerson, languageOf } from "./visitor.ts";

export type Command =
  | { readonly kind: "help" | "departments" | "status" | "stop" }
  | { readonly kind: "absence"; readonly absence: Absence | "back" }
  | { readonly kind: "ask"; readonly text: string };

/** One short Latin word asks nothing: it is meant as a subcommand. */
const loneWord = /^[A-Za-z]{1,15}$/;

/** What stands behind `/expert`: a subcommand, or else a question. */
export function readCommand(text: string): Command {
  const words = text.trim();
  switch (words.toLowerCase()) {
    case "departments":
    case "department":
      return { kind: "departments" };
    case "status":
      return { kind: "status" };
  }
  if (isStopWord(words)) return { kind: "stop" };
  const absence = readAbsence(words);
  if (absence !== null) return { kind: "absence", absence };
  const [, question] = /^ask(?:\s+|:\s*)(\S[^]*)$/i.exec(words) ?? [];
  if (question !== undefined) return { kind: "ask", text: question };
  return words === "" || words === "?" || loneWord.test(words)
    ? { kind: "help" }
    : { kind: "ask", text: words };
}

/** `/expert …`: everything that it brings is seen by the person alone. */
export async function handleCommand(
  desk: Desk,
  errand: Errand,
  event: EventOf<"command">,
): Promise<EventOutcome> {
  const { workspace } = errand;
  const { userId, channelId, responseUrl } = event;
  const command = readCommand(event.text);
  const place = { userId, channelId, threadTs: null, responseUrl };
  const [identity, language] = await Promise.all([
    identifyPerson(desk, workspace, event),
    languageOf(desk, workspace, userId, event.text),
  ]);
  const say = (message: SlackMessage): Promise<void> => tell(desk, workspace, place, message);
  switch (command.kind) {
    case "help":
      await say(helpMessage(identity, language, workspace.botUserId));
      return "settled";
    case "departments":
      await say(departmentsMessage(identity, language));
      return "settled";
    case "status": {
      const matters = await openMatters(desk, workspace, identity, language);
      await say(statusMessage(identity, matters, language, desk.modelName));
      return "settled";
    }
    case "stop": {
      const { stopping, nothingRuns } = handleTexts[language];
      await say(plainMessage((await stopEverywhere(desk, identity)) ? stopping : nothingRuns));
      return "settled";
    }
    case "absence":
      await say(await setAbsence(desk, workspace, { identity, userId, language }, command.absence));
      return "settled";
    case "ask": {
      assertMayAsk(identity);
      if (errand.event.attempt === 1) {
        await tellQuietly(desk, workspace, place, plainMessage(handleTexts[language].working));
      }
      await askFromSlack(desk, errand, {
        person: event,
        identity,
        text: await readQuestion(desk, workspace, command.text),
        files: [],
        departmentId: null,
        thread: {
          kind: "private",
          workspaceId: workspace.installationId,
          channelId,
          threadTs: null,
          userId,
          nonce: errand.event.id,
        },
        placeScope: null,
        ts: null,
        responseUrl,
      });
      return "accepted";
    }
  }
}
