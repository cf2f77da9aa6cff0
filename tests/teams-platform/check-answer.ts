import { isObject, listOf } from "./check-activity.ts";
import { checkCard } from "./check-card.ts";

const cardType = "application/vnd.microsoft.card.adaptive";
const mostResults = 25;

/**
 * What Teams could not make anything of in an answer to an invoke; null where it could.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
 * https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
 * https://learn.microsoft.com/en-us/microsoftteams/platform/messaging-extensions/how-to/search-commands/respond-to-search
 */
export function faultOfAnswer(name: string, answer: unknown): string | null {
  try {
    checkAnswer(name, answer);
    return null;
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

function checkAnswer(name: string, answer: unknown): void {
  switch (name) {
    case "adaptiveCard/action":
      checkExecute(answer);
      return;
    case "message/fetchTask":
    case "composeExtension/fetchTask":
      checkTask(answer);
      return;
    case "composeExtension/query":
      checkResults(answer);
      return;
    case "composeExtension/submitAction":
      if (isObject(answer) && "task" in answer) checkTask(answer);
      return;
    default:
  }
}

function checkExecute(answer: unknown): void {
  if (!isObject(answer) || answer["statusCode"] !== 200) throw new Error("no statusCode 200");
  const { type, value } = answer;
  if (type === cardType) checkCard(value);
  else if (type !== "application/vnd.microsoft.activity.message" || typeof value !== "string")
    throw new Error(`neither a card nor a message: ${String(type)}`);
}

function checkTask(answer: unknown): void {
  const task = isObject(answer) ? answer["task"] : undefined;
  if (!isObject(task)) throw new Error("no task");
  const { type, value } = task;
  if (type === "message" && typeof value === "string") return;
  if (type !== "continue" || !isObject(value)) throw new Error("a task of no known type");
  const { title, card } = value;
  if (typeof title !== "string" || !isObject(card) || card["contentType"] !== cardType)
    throw new Error("a form without a title or card");
  checkCard(card["content"]);
  if (JSON.stringify(card).includes("Action.Execute")) throw new Error("Action.Execute in a form");
}

function checkResults(answer: unknown): void {
  const extension = isObject(answer) ? answer["composeExtension"] : undefined;
  if (!isObject(extension)) throw new Error("no composeExtension");
  const { type, text, attachments, attachmentLayout } = extension;
  if (type === "message" && typeof text === "string" && text !== "") return;
  if (type !== "result" || (attachmentLayout !== "list" && attachmentLayout !== "grid"))
    throw new Error("neither a message nor a list of results");
  const results = listOf(attachments);
  if (results.length === 0 || results.length > mostResults) throw new Error("no results, or too many");
  for (const result of results) {
    if (result["contentType"] !== cardType || !isObject(result["preview"]))
      throw new Error("a result without a card and its preview");
    checkCard(result["content"]);
    const actions = JSON.stringify(result["content"]);
    if (actions.includes("Action.Execute") || actions.includes("Action.Submit"))
      throw new Error("whoever reads an inserted card may not know the bot");
  }
}
