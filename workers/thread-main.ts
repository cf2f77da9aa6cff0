import { setPriority } from "node:os";
import { connect } from "../adapters/connect.ts";
import { serveWorkers, type WorkersSettings } from "../adapters/connect/workers-thread.ts";
import { startWorkers } from "./start.ts";

// The workers of a process in a thread of their own, which the main thread starts. Where the processor is short, what
// has to be acknowledged goes before what may wait: on Linux a priority is this thread's alone.
if (process.platform === "linux") setPriority(10);
serveWorkers<WorkersSettings>(async (settings, main) => {
  const parts = await connect({ config: settings.config, workersOf: { ...settings, ...main } });
  const workers = await startWorkers(parts);
  return {
    queue: parts.queue,
    refresh: parts.onChanged,
    async stop() {
      await workers.stop();
      await parts.close();
    },
  };
});
