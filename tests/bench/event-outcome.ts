import type { BenchOutcome } from "./bench.ts";
import type { Sent } from "./event-sender.ts";
import type { MeasuredBareApp, MeasuredProduct } from "./measure-events.ts";
import { latencyFigures, percentile, rounded } from "./percentiles.ts";

/** Ours, whose row is committed, over an app that only acknowledges. */
const acknowledgedP99OverBareBar = 1.5;

/** From the moment when each was due, for those that were acknowledged, in milliseconds. */
const acknowledgedMs = ({ arrivals }: Sent): number[] =>
  arrivals.flatMap(({ scheduledAt, outcome }) =>
    outcome.status === "fulfilled" && outcome.value.status === 200 ? [outcome.value.at - scheduledAt] : [],
  );

const lateP99 = (arrivals: Sent["arrivals"]): number =>
  rounded(
    percentile(
      arrivals.map(({ scheduledAt, sentAt }) => sentAt - scheduledAt),
      99,
    ),
    2,
  );

const percentileOrNaN = (values: readonly number[], percent: number): number =>
  values.length === 0 ? Number.NaN : rounded(percentile(values, percent), 0);

/**
 * @param bare the bare app, measured before and after the product.
 * @param counts events that were measured, and those before them that warmed up.
 * @param bareApp its name, for people.
 */
export function eventOutcome(
  ours: MeasuredProduct,
  bare: readonly MeasuredBareApp[],
  { events, warmUp }: { readonly events: number; readonly warmUp: number },
  bareApp: string,
): BenchOutcome {
  const { sent, answers, rows, rowsRepeated } = ours;
  const acknowledged = acknowledgedMs(sent);
  const bareAcknowledged = bare.flatMap((part) => acknowledgedMs(part.sent));
  const perEvent = (milliseconds: number): number => rounded(milliseconds / events, 2);
  const bareCpu = perEvent(bare.reduce((sum, { cpuMs }) => sum + cpuMs, 0));
  const repeatsAcknowledged = ours.repeats.filter(({ status }) => status === 200).length;
  const ratio = (percent: number): number =>
    rounded(percentile(acknowledged, percent) / percentile(bareAcknowledged, percent), 2);
  const all = events + warmUp;
  return {
    figures: {
      events,
      acknowledged: acknowledged.length,
      repeats: ours.repeats.length,
      repeatsAcknowledged,
      ...latencyFigures("acknowledged", acknowledged),
      ...latencyFigures("bareAcknowledged", bareAcknowledged),
      generatorLateP99Ms: lateP99(sent.arrivals),
      bareGeneratorLateP99Ms: lateP99(bare.flatMap((part) => part.sent.arrivals)),
      answered: ours.answeredMs.length,
      answeredP50Ms: percentileOrNaN(ours.answeredMs, 50),
      answeredP95Ms: percentileOrNaN(ours.answeredMs, 95),
      waitingAtEnd: ours.rowsAtEnd.received - ours.rowsAtEnd.posted,
      lastAnswerAfterEndMs: rounded(ours.lastAnswerMs, 0),
      productCpuMsPerEvent: perEvent(ours.cpuMs.product),
      databaseCpuMsPerEvent: perEvent(ours.cpuMs.database),
      platformCpuMsPerEvent: perEvent(ours.cpuMs.platform),
      productCpuMsPerAnswer: perEvent(ours.wholeCpuMs.product),
      databaseCpuMsPerAnswer: perEvent(ours.wholeCpuMs.database),
      bareCpuMsPerEvent: bareCpu,
      productMemoryMib: rounded(ours.memoryMib, 0),
      rowsReceived: rows.received,
      rowsPosted: rows.posted,
      rowsNotPosted: rows.notPosted,
      rowsTriedAgain: rows.retried,
      answeredOnce: answers.answeredOnce,
      unanswered: answers.unanswered,
      answeredMore: answers.answeredMore,
      callsRefused: answers.refusedCalls,
    },
    ratios: {
      acknowledgedP50OverBare: ratio(50),
      acknowledgedP95OverBare: ratio(95),
      acknowledgedP99OverBare: ratio(99),
      productCpuPerEventOverBare: rounded(perEvent(ours.cpuMs.product) / bareCpu),
    },
    held: {
      "every event acknowledged":
        acknowledged.length === events && repeatsAcknowledged === ours.repeats.length,
      [`p99 of the durable acknowledgement within ${acknowledgedP99OverBareBar} times ${bareApp}'s`]:
        ratio(99) <= acknowledgedP99OverBareBar,
      "every event answered exactly once":
        answers.answeredOnce === all &&
        answers.answeredMore === 0 &&
        rows.posted === all &&
        rows.notPosted === 0,
      "events that came again changed nothing":
        ours.lateAcknowledged &&
        rows.received === all &&
        rowsRepeated.received === rows.received &&
        rowsRepeated.posted === rows.posted,
    },
  };
}
