// The simulated GPU server in a process of its own, so that it can be killed. It answers from the prompt's passages, and tells its parent.
import { noAnswer } from "../../core/answering/prompt.ts";
import { startGpuServer } from "../gpu-server/start-gpu-server.ts";
import { pumpFacts, pumpOf } from "./pump-manual.ts";
import { fencedPassages } from "./stand-in-model.ts";
import type { ModelTelling } from "./speaking-model.ts";

const [port = "0", asked = "{}"] = process.argv.slice(2);
const times = new Map(Object.entries(JSON.parse(asked) as Record<string, number>));

/**
 * Each time a pump is asked for, its facts begin with the next one: a text that mixes two answers is known by its order.
 * Facts that are in no passage are not told.
 */
function say(prompt: string): readonly string[] {
  const pump = pumpOf(prompt);
  const passages = fencedPassages(prompt);
  if (pump === null) return [noAnswer];
  const facts = pumpFacts(pump);
  const from = (times.get(pump) ?? 0) % facts.length;
  times.set(pump, from + 1);
  const told = [...facts.slice(from), ...facts.slice(0, from)].flatMap((fact) => {
    const passage = passages.find(({ text }) => text.includes(fact));
    return passage ? `${fact} [${String(passage.number)}] ` : [];
  });
  return told.length === 0 ? [noAnswer] : told.flatMap((fact) => fact.match(/\S+\s*/g) ?? []);
}

const server = await startGpuServer(
  // So few at once that some of what two workers send waits for its first word.
  { stepMs: 40, perSequenceMs: 1, batch: 6 },
  {
    port: Number(port),
    say,
    onAnswer(prompt, what, given) {
      process.send?.({ pump: pumpOf(prompt) ?? "", what, given } satisfies ModelTelling);
    },
  },
);
process.send?.({ port: server.port });
process.on("disconnect", () => process.exit());
