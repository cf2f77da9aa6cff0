import { ExpertError } from "../../core/errors.ts";
import { systemErrorCode } from "./system-error.ts";

/** Turns a file system's refusal in the data folder into an error that says what to do. */
export function storageError(cause: unknown, folder: string): ExpertError {
  if (cause instanceof ExpertError) return cause;
  const code = systemErrorCode(cause);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ExpertError("storage_full", `The disk of the data folder ${folder} is full.`, {
      remedy: "Free disk space or move the data folder to a larger disk, then start again.",
      cause,
    });
  }
  const denied = code === "EACCES" || code === "EPERM" || code === "EROFS";
  return new ExpertError(
    "storage_unavailable",
    `The data folder ${folder} cannot be used (${code || String(cause)}).`,
    {
      remedy: denied
        ? "Give the account that runs The Expert the right to write there, or choose another data folder."
        : "Choose a data folder on a local disk.",
      cause,
    },
  );
}
