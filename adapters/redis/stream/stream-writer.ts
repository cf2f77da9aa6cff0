import { setTimeout as pause } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../../../core/clock.ts";
import type { Logger } from "../../../core/logger.ts";

/** An event as it is written; numbered 1, 2, 3 … by its writer, with a number left out where something was dropped. */
export interface Entry {
  readonly number: number;
  readonly json: string;
}

/** What is written together. The same may come twice: where Redis did not answer, it may have been written all the same. */
export interface Append {
  readonly key: string;
  /** Of several writers of a stream one after the other, the latest has the highest. */
  readonly epoch: number;
  /** Who writes: a UUID. */
  readonly by: string;
  readonly entries: readonly Entry[];
  /** The last of them ends the stream. */
  readonly ends: boolean;
}

export interface StreamWriterOptions<E> {
  readonly logger: Logger;
  /** What is logged once Redis is away, and once it is back. */
  readonly words: { readonly away: string; readonly back: string };
  /** Its text; null for what is none, and is seldom, and waited for. */
  readonly textOf: (event: E) => string | null;
  /** One event in place of two; null where both must be told. */
  readonly join: (event: E, next: E) => E | null;
  readonly ends: (event: E) => boolean;
  /** False where the stream is another's by now, or nobody reads it. */
  readonly append: (append: Append) => Promise<boolean>;
  readonly clock?: Clock;
}

export interface StreamWriter<E> {
  /** Writes in order, never blocking. */
  publish(key: string, epoch: number, event: E): void;
  /** Resolves once what was published is written or given up; false where something was. */
  flush(key: string): Promise<boolean>;
  /** Writes what waits, and tries nothing again. */
  close(): Promise<void>;
}

/**
 * The first text is written at once, and what follows within this time together, in milliseconds: a reader sees no stutter, and Redis gets
 * tens of writes a second, not hundreds. Long streams are written in larger pieces.
 */
const gatherMs = { first: 15, long: 100 };
const longFrom = 2_048;
/** Of one stream, what waits at most while Redis is away: characters of text, and events that are no text. */
const mostWaiting = { characters: 256 * 1_024, events: 2_048 };
/** How long Redis may be away before what waits is given up, and the pause before it is tried again, in milliseconds. */
const patienceMs = 30_000;
const tryAgainMs = 250;
/** A stream that never ended is forgotten after this long, in milliseconds. */
const abandonedMs = 15 * 60_000;

interface Waiting<E> {
  event: E;
  /** Something was dropped before it. */
  readonly afterGap: boolean;
}

interface Written<E> {
  readonly key: string;
  readonly epoch: number;
  readonly by: string;
  number: number;
  /** Numbered, and perhaps written already. */
  sending: Entry[];
  waiting: Waiting<E>[];
  characters: number;
  ended: boolean;
  /** Something was dropped since the last event that waits. */
  gap: boolean;
  /** Something was dropped. */
  broken: boolean;
  /** Nothing more is written. */
  over: boolean;
  /** What waits is written as soon as it can be. */
  due: boolean;
  timer: NodeJS.Timeout | null;
  writing: Promise<void> | null;
  /** What must be written before. */
  readonly after: Promise<void> | null;
  touchedAt: number;
}

/** Writes what is published to streams in small batches, one batch of a stream at a time, and keeps what it cannot write for a while. */
export function createStreamWriter<E>(options: StreamWriterOptions<E>): StreamWriter<E> {
  const { logger, words, textOf, join, ends, append, clock = systemClock } = options;
  const streams = new Map<string, Written<E>>();
  let awaySince: number | null = null;
  let closing = false;
  const now = (): number => clock.now().getTime();

  const streamOf = (key: string, epoch: number): Written<E> | null => {
    const known = streams.get(key);
    if (known && known.epoch > epoch) return null;
    if (known && known.epoch === epoch && !known.ended) return known;
    if (known && known.epoch < epoch) giveUp(known);
    forgetAbandoned();
    const stream: Written<E> = {
      key,
      epoch,
      by: randomUUID(),
      number: 0,
      sending: [],
      waiting: [],
      characters: 0,
      ended: false,
      gap: false,
      broken: false,
      over: false,
      due: false,
      timer: null,
      writing: null,
      after: known?.writing ?? null,
      touchedAt: now(),
    };
    streams.set(key, stream);
    return stream;
  };

  const forgetAbandoned = (): void => {
    for (const [key, stream] of streams) {
      if (stream.writing || now() - stream.touchedAt < abandonedMs) return;
      streams.delete(key);
    }
  };

  const drop = (stream: Written<E>): void => {
    if (stream.sending.length === 0 && stream.waiting.length === 0) return;
    stream.broken = true;
    stream.number += 1;
    [stream.sending, stream.waiting, stream.characters, stream.gap] = [[], [], 0, false];
  };

  const giveUp = (stream: Written<E>): void => {
    drop(stream);
    stream.over = true;
    if (stream.timer) clearTimeout(stream.timer);
    stream.timer = null;
  };

  const number = (stream: Written<E>): void => {
    stream.sending = stream.waiting.map(({ event, afterGap }) => {
      stream.number += afterGap ? 2 : 1;
      return { number: stream.number, json: JSON.stringify(event) };
    });
    if (stream.gap) stream.number += 1;
    [stream.waiting, stream.characters, stream.gap, stream.due] = [[], 0, false, false];
  };

  const write = async (stream: Written<E>): Promise<void> => {
    const { key, epoch, by } = stream;
    let since: number | null = null;
    await stream.after;
    // Text that came meanwhile waits for its time.
    while (stream.sending.length > 0 || (stream.waiting.length > 0 && stream.due)) {
      if (stream.sending.length === 0) number(stream);
      try {
        const { sending: entries } = stream;
        const ended = stream.ended && stream.waiting.length === 0;
        const accepted = await append({ key, epoch, by, entries, ends: ended });
        stream.sending = [];
        if (!accepted) {
          stream.broken = true;
          giveUp(stream);
        }
        since = null;
        if (awaySince !== null) logger.warn(words.back);
        awaySince = null;
      } catch (error) {
        if (awaySince === null) logger.warn(words.away, { error });
        awaySince ??= now();
        since ??= now();
        if (!closing && now() - since < patienceMs) await pause(tryAgainMs);
        else if (closing || stream.ended) giveUp(stream);
        else drop(stream);
      }
    }
    stream.writing = null;
    if (stream.ended && !stream.broken && streams.get(key) === stream) streams.delete(key);
  };

  const begin = (stream: Written<E>): void => {
    stream.due = true;
    if (stream.sending.length > 0 || stream.waiting.length > 0) stream.writing ??= write(stream);
  };
  const beginNow = (stream: Written<E>): void => {
    if (stream.timer) clearTimeout(stream.timer);
    stream.timer = null;
    begin(stream);
  };

  const gather = (stream: Written<E>): void => {
    stream.timer = setTimeout(
      () => {
        stream.timer = null;
        if (stream.waiting.length === 0) return;
        begin(stream);
        gather(stream);
      },
      stream.number < longFrom ? gatherMs.first : gatherMs.long,
    );
  };

  const keep = (stream: Written<E>, event: E): void => {
    const text = textOf(event);
    const last = stream.waiting.at(-1);
    const fits =
      stream.characters + (text?.length ?? 0) <= mostWaiting.characters &&
      stream.waiting.length < mostWaiting.events;
    if (ends(event)) stream.ended = true;
    else if (!fits || stream.gap) {
      [stream.gap, stream.broken] = [true, true];
      return;
    }
    stream.characters += text?.length ?? 0;
    const joined = last && !stream.gap ? join(last.event, event) : null;
    if (last && joined) last.event = joined;
    else stream.waiting.push({ event, afterGap: stream.gap });
    stream.gap = false;
  };

  return {
    publish(key, epoch, event) {
      if (closing) return;
      const stream = streamOf(key, epoch);
      if (!stream) return;
      stream.touchedAt = now();
      if (stream.over) {
        stream.broken = true;
        return;
      }
      keep(stream, event);
      if (textOf(event) === null) beginNow(stream);
      else if (stream.timer === null) {
        begin(stream);
        gather(stream);
      }
    },
    async flush(key) {
      const stream = streams.get(key);
      if (!stream) return true;
      beginNow(stream);
      await stream.writing;
      if (stream.broken && streams.get(key) === stream && (stream.ended || stream.over)) streams.delete(key);
      return !stream.broken;
    },
    async close() {
      closing = true;
      for (const stream of streams.values()) beginNow(stream);
      await Promise.all([...streams.values()].flatMap(({ writing }) => writing ?? []));
    },
  };
}
