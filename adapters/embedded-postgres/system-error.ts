/** The code of an error of the operating system or the database ("ENOENT", "28P01"); empty for any other. */
export const systemErrorCode = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

/** What a failed program wrote to its error stream; for any other error, its text. */
export function programErrors(error: unknown): string {
  const stderr =
    typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr).trim() : "";
  return stderr || String(error);
}
