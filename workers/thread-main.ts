import { connect } from "../adapters/connect.ts";
import { serveWorkers, type WorkersSettings } from "../adapters/connect/workers-thread.ts";
import { startWorkers } from "./start.ts";

// The workers of a process in a thread of their own, which the main thread starts.
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
