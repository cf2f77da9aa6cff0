import { ExpertError } from "../../core/errors.ts";

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

const remedies: Readonly<Record<string, string>> = {
  EACCES: "Give the account that runs the product the right to read and write the folder.",
  EPERM: "Give the account that runs the product the right to read and write the folder.",
  EROFS:
    "The folder is on a file system that is mounted read-only: mount it for writing, or set another folder.",
  EIO: "The disk reports errors: check it, and restore from a backup where files are lost.",
  EMFILE: "Raise the limit of open files for the process.",
  ENFILE: "Raise the machine's limit of open files.",
};

/** The file system's errors in the product's words. */
export const storageError = {
  isMissing: (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error)),

  /** `folder` is named to whoever reads the error, so that they know where to look. */
  translate(error: unknown, folder: string): ExpertError {
    if (error instanceof ExpertError) return error;
    const code = codeOf(error);
    if (full.has(code))
      return new ExpertError("storage_full", "There is no room left to store the file.", {
        remedy: "Free space on the disk of the data folder or raise its quota, then upload the file again.",
        facts: { folder, reason: code },
        cause: error,
      });
    return new ExpertError("storage_unavailable", "The folder for uploaded files cannot be used.", {
      remedy: remedies[code] ?? "Check that the data folder exists and that its disk is mounted.",
      facts: { folder, reason: code || "unknown" },
      cause: error,
    });
  },
};
