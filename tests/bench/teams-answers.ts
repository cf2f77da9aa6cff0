import type { PostedAnswer } from "./channel-rows.ts";
import type { AnswerCounts } from "./event-platform.ts";
import type { BotMessage, TeamsQuestion } from "./local-teams.ts";

/**
 * Holds what the rows call answers against what stands in Teams. A question is answered once where one row answers it,
 * the finished message that the row names stands in the question's own conversation and answers nothing else, and one
 * card there is about its turn. Every other message of the bot is one too many.
 */
export function countTeamsAnswers(
  questions: readonly Pick<TeamsQuestion, "eventId" | "conversationId">[],
  posted: readonly Pick<PostedAnswer, "eventId" | "turnId" | "ref" | "placed">[],
  messages: readonly BotMessage[],
): Pick<AnswerCounts, "answeredOnce" | "unanswered" | "answeredMore"> {
  const standing = new Map(messages.map((message) => [message.id, message]));
  const rowsOf = groupBy(posted, ({ eventId }) => eventId);
  const namedBy = groupBy(posted, nameOf);
  const cardsOf = groupBy(messages, ({ cardOf }) => cardOf ?? "");
  const cardsIn = (turnId: string, conversationId: string): number =>
    (cardsOf.get(turnId) ?? []).filter((card) => card.conversationId === conversationId).length;

  const isSeen = (row: Named, conversationId: string): boolean => {
    const message = standing.get(nameOf(row));
    return message?.conversationId === conversationId && !message.unfinished;
  };
  const answers = questions.map(({ eventId, conversationId }) => ({
    conversationId,
    rows: (rowsOf.get(eventId) ?? []).filter((row) => isSeen(row, conversationId)),
  }));
  const once = answers.filter(
    ({ conversationId, rows: [row, ...more] }) =>
      row !== undefined &&
      more.length === 0 &&
      namedBy.get(nameOf(row))?.length === 1 &&
      cardsIn(row.turnId, conversationId) === 1,
  );

  const parts = new Set(
    posted.flatMap((row) => [nameOf(row), ...Object.values(row.placed).map((part) => part["activityId"])]),
  );
  const turns = new Set(posted.map(({ turnId }) => turnId));
  const firstCards = new Set(
    [...cardsOf].filter(([turnId]) => turns.has(turnId)).map(([, [first]]) => first),
  );
  const beyond = messages.filter((message) => !parts.has(message.id) && !firstCards.has(message));
  return {
    answeredOnce: once.length,
    unanswered: answers.filter(({ rows }) => rows.length === 0).length,
    answeredMore: answers.filter(({ rows }) => rows.length > 1).length + beyond.length,
  };
}

type Named = Pick<PostedAnswer, "ref">;

const nameOf = ({ ref }: Named): string => ref["activityId"] ?? "";

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
