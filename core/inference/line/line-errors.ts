import { ExpertError } from "../../errors.ts";

/** Its asker wants it no more. */
export const stopped = (): ExpertError =>
  new ExpertError("cancelled", "The request to the model was stopped.");

/** Its deadline passed before its turn came. */
export const tooLate = (): ExpertError =>
  new ExpertError(
    "model_timeout",
    "The model had too much to do: the request waited until it was of no use.",
    {
      remedy: "Try again later; where it happens often, add a model server or a GPU.",
    },
  );

/** So many wait that one more would only wait in vain. */
export const tooMany = (waiting: number): ExpertError =>
  new ExpertError("model_unavailable", "Too many requests wait for the model.", {
    remedy: "Try again later; where it happens often, add a model server or a GPU.",
    facts: { waiting },
  });
