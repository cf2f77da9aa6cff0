import type { Database } from "../database.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import type { TurnId } from "../ids.ts";
import type { Member } from "../identity/member.ts";
import type { SequencedTurnEvent, TokenStream } from "../inference/token-stream.ts";
import type { TurnRecord } from "./conversation-store.ts";
import { replyTexts } from "./reply-texts.ts";
import type { TurnFailure } from "./turn-store.ts";
import { endsStream, type TurnEvent } from "./turn-event.ts";
import { isFinished } from "./turn.ts";

export interface WatchPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly tokens: Pick<TokenStream, "subscribe">;
}

export interface WatchOptions {
  readonly afterSequence: number;
  readonly signal: AbortSignal;
  /** True for a turn that may have ended before: its row is read first. */
  readonly mayHaveEnded: boolean;
}

/**
 * Silence after which the row is read: the worker may be another process, or gone. A question that was taken in here is
 * answered here unless a worker fails, and many may be waiting in an overload, to which reading must not add. Each
 * further silence may last twice as long.
 */
const rowCheckMs = 2_000;
const longestRowCheckMs = 10_000;

/**
 * A turn's events until its end, from the stream and, where that is silent, from the row: the watcher always learns the
 * end. Throws `not_found` where the turn is not this person's.
 */
export async function* watchTurn(
  ports: WatchPorts,
  member: Member,
  turn: TurnId,
  options: WatchOptions,
): AsyncGenerator<SequencedTurnEvent> {
  let sequence = options.afterSequence;
  if (options.mayHaveEnded) {
    const end = endOf(await readTurn(ports, member, turn));
    if (end) {
      yield { sequence: sequence + 1, event: end };
      return;
    }
  }
  const watching = new AbortController();
  const stop = (): void => {
    watching.abort();
  };
  options.signal.addEventListener("abort", stop, { once: true });
  const stream = ports.tokens.subscribe(member.tenantId, turn, {
    afterSequence: sequence,
    signal: watching.signal,
  });
  const events = stream[Symbol.asyncIterator]();
  let silenceMs = options.mayHaveEnded ? rowCheckMs : longestRowCheckMs;
  try {
    for (let next = events.next(); !options.signal.aborted;) {
      const arrived = await within(next, silenceMs);
      if (arrived === silent) {
        silenceMs = Math.min(silenceMs * 2, longestRowCheckMs);
        const end = endOf(await readTurnIfPossible(ports, member, turn));
        if (!end) continue;
        yield { sequence: sequence + 1, event: end };
        return;
      }
      if (arrived.done === true) return;
      silenceMs = rowCheckMs;
      yield arrived.value;
      sequence = arrived.value.sequence;
      if (endsStream(arrived.value.event)) return;
      next = events.next();
    }
  } finally {
    options.signal.removeEventListener("abort", stop);
    watching.abort();
  }
}

const silent = Symbol("silent");

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof silent> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<typeof silent>((resolve) => {
    timer = setTimeout(resolve, milliseconds, silent);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** A database that is away for a moment ends no stream: the answer may still arrive on it. */
async function readTurnIfPossible(
  ports: WatchPorts,
  member: Member,
  turn: TurnId,
): Promise<TurnRecord | null> {
  try {
    return await readTurn(ports, member, turn);
  } catch (error) {
    if (isExpertError(error, "database_unavailable")) return null;
    throw error;
  }
}

/** Null where the question waits for a worker. */
async function readTurn({ database }: WatchPorts, member: Member, turn: TurnId): Promise<TurnRecord | null> {
  return await database.withTenant(member.tenantId, async ({ conversations, turns }) => {
    // In this order: a question that is no longer waiting has become a turn.
    if (await turns.isWaiting(member.id, turn)) return null;
    const record = await conversations.turn(member.id, turn);
    if (!record)
      throw new ExpertError("not_found", "This question does not exist.", { remedy: "Ask it again." });
    return record;
  });
}

const unexplained: TurnFailure = {
  code: "internal",
  message: replyTexts.en.failed,
  remedy: replyTexts.en.tryAgain,
};

function endOf(record: TurnRecord | null): TurnEvent | null {
  if (!record || !isFinished(record.state)) return null;
  if (record.reply) return { kind: "reply", reply: record.reply };
  const { code, message, remedy } = record.failure ?? unexplained;
  return { kind: "error", code, message, remedy };
}
