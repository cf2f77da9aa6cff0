import { createTextExtractor } from "../../adapters/extraction/text-extractor.ts";
import { fakeTextExtractor } from "../fakes/text-extractor.ts";
import { textExtractorContract } from "./text-extractor.ts";

textExtractorContract("fake", fakeTextExtractor);
textExtractorContract("child process", () => createTextExtractor());
textExtractorContract("two child processes", () => createTextExtractor({ concurrency: 2 }));
