import { createTextExtractor } from "../../adapters/extraction/text-extractor.ts";

// A process that is killed while its extraction process hangs.
const extractor = createTextExtractor({
  entry: new URL("./unruly-child.ts", import.meta.url),
  timeoutMs: 60_000,
});
const { title } = await extractor.extract({ name: "answer", content: new Uint8Array([1]) });
process.send?.(Number(title));
await extractor.extract({ name: "hang", content: new Uint8Array([1]) });
