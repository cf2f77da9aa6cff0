import { join } from "node:path";
import type { BenchOptions, BenchOutcome, BenchSkipped } from "./bench.ts";
import { foundCompany, ingestDocuments } from "./bench-company.ts";
import { missingDocuments, readDemoDocuments } from "./demo-documents.ts";
import { deriveQuestions } from "./derive-questions.ts";
import { eventOutcome } from "./event-outcome.ts";
import type { EventBench } from "./event-platform.ts";
import type { WrittenEvent } from "./event-sender.ts";
import { measureBareApp, type MeasuredBareApp, measureProduct } from "./measure-events.ts";
import { buildProduct, startProduct, withTemporaryFolder } from "./product-process.ts";

const questionsCount = 200;
const defaultSeconds = 60;
const seed = 20_260_101;

/**
 * Signed events of a local platform, at a fixed rate in an open loop: how long until each is stored and acknowledged,
 * against a bare app under the same load, and what becomes of them.
 */
export async function benchEvents<Event extends WrittenEvent>(
  bench: EventBench<Event>,
  options: BenchOptions,
): Promise<BenchOutcome | BenchSkipped> {
  const missing = missingDocuments(options.corpora);
  if (missing !== null) return { skipped: missing };
  const documents = await readDemoDocuments(options.corpora);
  const texts = deriveQuestions(documents, questionsCount, seed).map(({ text }) => text);
  const perSecond = options.perSecond ?? bench.perSecond;
  const events = Math.round(perSecond * (options.seconds ?? defaultSeconds));
  await buildProduct();
  return await withTemporaryFolder((folder) =>
    bench.withPlatform(folder, async (platform) => {
      const product = await startProduct({
        dataFolder: join(folder, "data"),
        settings: { DEMO_COMPANY: "false", ...platform.settings },
        nodeArguments: options.nodeArguments,
      });
      let stopped = false;
      const stop = async (): Promise<void> => {
        if (!stopped) await product.stop();
        stopped = true;
      };
      try {
        const company = await foundCompany(product, documents);
        const { ready, passages } = await ingestDocuments(company, documents);
        options.say(`${ready} documents with ${passages} passages are ready`);
        await platform.connect(await product.databaseUrl(), company.tenantId);
        const textAt = (place: number): string => texts[place % texts.length]!;
        const write = (count: number): Promise<readonly Event[]> =>
          platform.write(Array.from({ length: count }, (_, place) => textAt(place)));
        const warmUp = await write(platform.placesCount);
        const questions = await write(events);
        options.say(`${events} questions are written in ${platform.placesCount} places`);
        const half = Math.floor(events / 2);
        const measureBare = (part: readonly Event[]): Promise<MeasuredBareApp> => {
          options.say(`${bench.names.bareApp}, ${part.length} events`);
          return measureBareApp(platform, { warmUp, questions: part, perSecond });
        };
        const before = await measureBare(questions.slice(0, half));
        const load = { warmUp, questions, perSecond };
        const ours = await measureProduct(bench, product, platform, load, options.say);
        await stop();
        const after = await measureBare(questions.slice(half));
        const counts = { events, warmUp: warmUp.length };
        return eventOutcome(ours, [before, after], counts, bench.names.bareApp);
      } finally {
        await stop();
      }
    }),
  );
}
