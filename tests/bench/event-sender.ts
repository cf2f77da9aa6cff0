import { setTimeout as sleep } from "node:timers/promises";
import { type Arrival, type OpenLoop, openLoop } from "./load-generator.ts";

/** What somebody did on a chat platform, and the event that tells the bot. */
export interface WrittenEvent {
  /** By which the bot's rows know it. */
  readonly eventId: string;
  /** The event's JSON, as it is signed and sent. */
  readonly body: string;
}

/** What an event was answered with, and when (`performance.now()`). */
export interface Acknowledgement {
  /** 0 where nothing came in time. */
  readonly status: number;
  readonly at: number;
}

/** Sends events to a bot as their platform does. */
export interface EventSender<Event extends WrittenEvent> {
  /** @param retry how often it was sent before; undefined for the first time. */
  send(event: Event, retry?: number): Promise<Acknowledgement>;
  close(): void;
}

/** Of so many events one is sent again: by turns beside the first, a second later and ten seconds later. */
const repeatEvery = 100;
const repeatAfterMs = [0, 1_000, 10_000] as const;

export interface Sent {
  readonly arrivals: readonly Arrival<Acknowledgement>[];
  /** What was sent again, some of it long after the last arrival. */
  readonly repeats: Promise<readonly Acknowledgement[]>;
}

/** Sends each event when it is due, whatever became of those before, and some of them again. Resolves after the last. */
export async function sendAll<Event extends WrittenEvent>(
  sender: EventSender<Event>,
  events: readonly Event[],
  perSecond: OpenLoop["perSecond"],
): Promise<Sent> {
  const repeats: Promise<Acknowledgement>[] = [];
  const repeatLater = async (event: Event, afterMs: number): Promise<Acknowledgement> => {
    if (afterMs > 0) await sleep(afterMs);
    return await sender.send(event, 1);
  };
  const arrivals = await openLoop({ perSecond, seconds: events.length / perSecond }, (index) => {
    const event = events[index]!;
    const first = sender.send(event);
    if (index % repeatEvery === 0) {
      repeats.push(repeatLater(event, repeatAfterMs[(index / repeatEvery) % repeatAfterMs.length]!));
    }
    return first;
  });
  return { arrivals, repeats: Promise.all(repeats) };
}

/** The same events again, each twice at the same moment. Whether all were acknowledged. */
export async function repeatLate<Event extends WrittenEvent>(
  sender: EventSender<Event>,
  events: readonly Event[],
): Promise<boolean> {
  const again = await Promise.all(events.flatMap((event) => [sender.send(event, 2), sender.send(event, 3)]));
  return again.every(({ status }) => status === 200);
}
