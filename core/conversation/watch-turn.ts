import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { TurnId } from "../ids.ts";
import type { Member } from "../identity/member.ts";
import type { SequencedTurnEvent, TokenStream } from "../inference/token-stream.ts";
import type { TurnRecord } from "./conversation-store.ts";
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

/** How often the row is read while a stream is silent: its worker may be another process, or gone. */
const rowCheckMs = 2_000;

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
  try {
    for (let next = events.next(); !options.signal.aborted;) {
      const arrived = await within(next, rowCheckMs);
      if (arrived === silent) {
        const end = endOf(await readTurn(ports, member, turn));
        if (!end) continue;
        yield { sequence: sequence + 1, event: end };
        return;
      }
      if (arrived.done === true) return;
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

async function readTurn({ database }: WatchPorts, member: Member, turn: TurnId): Promise<TurnRecord | null> {
  const known = await database.withTenant(member.tenantId, async ({ conversations, turns }) => {
    const record = await conversations.turn(member.id, turn);
    // Received but not yet taken by a worker: there is no turn, and no error.
    return { record, waiting: record === null && (await turns.isWaiting(member.id, turn)) };
  });
  if (!known.record && !known.waiting) {
    throw new ExpertError("not_found", "This question does not exist.", { remedy: "Ask it again." });
  }
  return known.record;
}

function endOf(record: TurnRecord | null): TurnEvent | null {
  if (!record || !isFinished(record.state)) return null;
  if (record.reply) return { kind: "reply", reply: record.reply };
  const { code, message, remedy } = record.failure ?? { code: "internal", message: "", remedy: null };
  return { kind: "error", code, message, remedy };
}
