import type { EvaluationProgress } from "../../core/evaluation/evaluate.ts";
import type { Terminal } from "./terminal.ts";

/** A line at the beginning of each phase, so that a long run is seen to go on. */
export function progressNote(terminal: Terminal): (progress: EvaluationProgress) => void {
  let last = "";
  return ({ set, run, phase, of }) => {
    const now = `${set}: ${run}: ${phase === "index" ? "indexing" : "asking"} ${String(of)}`;
    if (now !== last) terminal.note(now);
    last = now;
  };
}
