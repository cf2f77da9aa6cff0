import { removeUnusedBlobs, type UnusedBlobPorts } from "../core/knowledge/remove-unused-blobs.ts";
import type { Logger } from "../core/logger.ts";
import { every, type Schedule } from "./every.ts";

const pauseMs = 600_000;

/** Removes the files that no document has any more. */
export const sweepBlobs = (parts: UnusedBlobPorts & { readonly logger: Logger }): Schedule =>
  every("removing unused files", pauseMs, parts.logger, () => removeUnusedBlobs(parts));
