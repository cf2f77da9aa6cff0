import { expect, it } from "@jest/globals";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { createBatchModel } from "../gpu-server/batch-model.ts";
import { type GpuFigures, simulatedTokens, smallGpu } from "../gpu-server/gpu-figures.ts";
import { createVirtualTime, type VirtualTime } from "../gpu-server/simulated-time.ts";
import { measureGpu } from "./measure-gpu.ts";

/** A model on the simulated GPU, in a time that is only counted. */
function simulatedGateway(figures: GpuFigures, time: VirtualTime): Pick<ModelGateway, "generate"> {
  const model = createBatchModel(figures, time);
  return {
    async *generate({ messages: [message], maxTokens }) {
      const promptTokens = simulatedTokens(message?.content.length ?? 0);
      let given = 0;
      let wake: () => void = () => undefined;
      model.add({
        promptTokens,
        outputTokens: maxTokens,
        token() {
          given += 1;
          wake();
        },
        fail: () => undefined,
      });
      for (let read = 0; read < maxTokens; read += 1) {
        if (read === given) await new Promise<void>((resolve) => (wake = resolve));
        yield { kind: "text", text: "word " };
      }
      yield { kind: "done", finish: "stop", promptTokens, completionTokens: given };
    },
  };
}

it.each([
  { stepMs: 20, perSequenceMs: 0.3, prefillPerSecond: 40_000 },
  { stepMs: 6.2, perSequenceMs: 0.9, prefillPerSecond: 9_000 },
])("finds the figures of a GPU from outside: %o", async (truth) => {
  const time = createVirtualTime();
  const figures = { ...smallGpu, ...truth };
  let over = false;
  const measured = measureGpu(simulatedGateway(figures, time), () => undefined, time.now).finally(
    () => (over = true),
  );
  while (!over) {
    time.step();
    // Whoever waits for this token takes it before the next one comes.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const found = await measured;
  expect(found.stepMs).toBeCloseTo(truth.stepMs, 1);
  expect(found.perSequenceMs).toBeCloseTo(truth.perSequenceMs, 2);
  expect(Math.abs(found.prefillTokensPerSecond / truth.prefillPerSecond - 1)).toBeLessThan(0.02);
});
