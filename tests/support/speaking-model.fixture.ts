// The simulated GPU server in a process of its own, so that it can be killed. It answers from the prompt's passages, and tells its parent.
import { noAnswer } from "../../core/answering/prompt.ts";
import { startGpuServer } from "../gpu-server/start-gpu-server.ts";
import { pumpFacts, pumpOf } from "./pump-manual.ts";
import { fencedPassages } from "./stand-in-model.ts";
import type { ModelMessage, StopAt } from "./speaking-model.ts";

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

const tell = (message: ModelMessage): void => {
  process.send?.(message);
};
const now = { speaking: 0, silent: 0 };

const server = await startGpuServer(
  // So few at once that some of what two workers send waits for its first word.
  { stepMs: 15, perSequenceMs: 1, batch: 6 },
  {
    port: Number(port),
    say,
    onAnswer(prompt, what, given) {
      if (what === "begun" || (what === "left" && given === 0)) now.silent += what === "begun" ? 1 : -1;
      else if (what === "first") [now.silent, now.speaking] = [now.silent - 1, now.speaking + 1];
      else now.speaking -= 1;
      tell({ kind: "telling", pump: pumpOf(prompt) ?? "", what, given });
    },
  },
);

/** Looked at more often than a word is said. */
const lookMs = 5;
process.on("message", ({ speaking, silent, words }: StopAt) => {
  let saidBefore: number | null = null;
  const look = setInterval(() => {
    if (now.speaking < speaking || now.silent < silent) return;
    saidBefore ??= server.state().tokens;
    if (server.state().tokens - saidBefore < words) return;
    clearInterval(look);
    tell({ kind: "stopped" });
    process.kill(process.pid, "SIGSTOP");
  }, lookMs);
  tell({ kind: "armed" });
});
tell({ kind: "ready", port: server.port });
process.on("disconnect", () => process.exit());
