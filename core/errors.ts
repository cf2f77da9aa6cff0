/**
 * The closed list of error codes. Each is explained, with its remedy, in docs/errors.md;
 * bots map a code to an HTTP status once, workers to a retry policy once.
 */
export const errorCodes = [
  "invalid_input",
  "question_empty",
  "question_too_long",
  "department_unknown",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "rate_limited",
  "upload_too_large",
  "upload_broken",
  "document_unsupported",
  "document_encrypted",
  "document_corrupt",
  "document_empty",
  "document_image_only",
  "document_undecodable",
  "document_too_complex",
  "storage_full",
  "storage_unavailable",
  "database_unavailable",
  "database_role_unsafe",
  "queue_unavailable",
  "model_unavailable",
  "model_timeout",
  "model_refused",
  "budget_exhausted",
  "cancelled",
  "channel_unavailable",
  "channel_refused",
  "workspace_unknown",
  "configuration_invalid",
  "data_folder_in_use",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetails {
  /** What to do about it, in one plain sentence. */
  readonly remedy?: string;
  /** Facts for whoever shows the error (a limit, a name). Never secrets, never document text. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  readonly cause?: unknown;
}

/** The one error that crosses a port: a closed code, what happened, and what to do. */
export class ExpertError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly facts: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "ExpertError";
    this.code = code;
    this.remedy = details.remedy;
    this.facts = details.facts ?? {};
  }
}

export const isExpertError = (error: unknown, ...codes: readonly ErrorCode[]): error is ExpertError =>
  error instanceof ExpertError && (codes.length === 0 || codes.includes(error.code));

/** How long a channel wants to be left alone, in milliseconds; null where that is not what went wrong. */
export function wantedPauseMs(error: unknown): number | null {
  if (!isExpertError(error, "rate_limited")) return null;
  const { retryAfterMs } = error.facts;
  return typeof retryAfterMs === "number" ? retryAfterMs : null;
}
