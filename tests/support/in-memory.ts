/** The product's own adapters that live in memory, for tests of core and of the workers. */
export { createMemoryQueue } from "../../adapters/memory/queue.ts";
export { createMemoryTokenStream } from "../../adapters/memory/token-stream.ts";
