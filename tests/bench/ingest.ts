import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchOptions, BenchOutcome, BenchSkipped } from "./bench.ts";
import { foundCompany, ingestDocuments } from "./bench-company.ts";
import { type DemoDocument, missingDocuments, readDemoDocuments } from "./demo-documents.ts";
import { rounded } from "./percentiles.ts";
import { costOf } from "./process-cost.ts";
import { buildProduct, startProduct, withTemporaryFolder } from "./product-process.ts";

const barSeconds = 30;

/** Uploads the demo documents over HTTP until each is ready; the baseline reads and splits the same files in-process. */
export async function benchIngest(options: BenchOptions): Promise<BenchOutcome | BenchSkipped> {
  const missing = missingDocuments(options.corpora);
  if (missing !== null) return { skipped: missing };
  const documents = await readDemoDocuments(options.corpora);
  const baselineSeconds = await readAndSplit(options.corpora, documents);
  await buildProduct();
  return await withTemporaryFolder(async (folder) => {
    const product = await startProduct({
      dataFolder: join(folder, "data"),
      settings: { DEMO_COMPANY: "false" },
      nodeArguments: options.nodeArguments,
    });
    try {
      const company = await foundCompany(product, documents);
      const before = await costOf(product.pid);
      options.say(`uploading ${documents.length} documents`);
      const ingested = await ingestDocuments(company, documents);
      const after = await costOf(product.pid);
      const allReady = ingested.ready === documents.length && ingested.failed === 0;
      return {
        figures: {
          documents: documents.length,
          documentsReady: ingested.ready,
          documentsFailed: ingested.failed,
          passages: ingested.passages,
          uploadSeconds: rounded(ingested.uploadSeconds, 2),
          allReadySeconds: rounded(ingested.seconds, 2),
          passagesPerSecond: rounded(ingested.passages / ingested.seconds),
          ...(before && after ? { serverCpuSeconds: rounded(after.cpuSeconds - before.cpuSeconds, 2) } : {}),
          baselineReadAndSplitSeconds: rounded(baselineSeconds, 4),
        },
        ratios: { ingestOverReadAndSplit: rounded(ingested.seconds / baselineSeconds, 0) },
        held: {
          "every document ready": allReady,
          [`all ready within ${barSeconds} s`]: allReady && ingested.seconds <= barSeconds,
        },
      };
    } finally {
      await product.stop();
    }
  });
}

async function readAndSplit(corpora: string, documents: readonly DemoDocument[]): Promise<number> {
  const begin = performance.now();
  let pieces = 0;
  for (const { file } of documents) {
    pieces += (await readFile(join(corpora, "demo", file), "utf8")).split(/\n{2,}/).length;
  }
  if (pieces < documents.length) throw new Error("the files were not read");
  return (performance.now() - begin) / 1_000;
}
