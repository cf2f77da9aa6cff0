import type { Confidence, ConfidenceReason } from "./confidence.ts";

/** Two at most: for a high confidence what speaks for it, for a low one what speaks against it, else one of each. */
export function tellingReasons({ level, reasons }: Confidence): readonly ConfidenceReason[] {
  const speaking = (effect: ConfidenceReason["effect"]): readonly ConfidenceReason[] =>
    reasons.filter((reason) => reason.effect === effect);
  const [good, bad] = [speaking("for"), speaking("against")];
  if (level === "high") return good.slice(0, 2);
  if (level === "low") return bad.length === 0 ? good.slice(0, 1) : bad.slice(0, 2);
  return [...bad.slice(0, 1), ...good.slice(0, 1)];
}
