import type { Citation } from "./citation.ts";
import type { Labelled } from "../identity/access.ts";

/** The part of a citation that says how strictly its document is held: nothing for a public one. */
export const labelOf = ({ sensitivity }: Pick<Labelled, "sensitivity">): Pick<Citation, "label"> =>
  sensitivity === "public" ? {} : { label: sensitivity };
