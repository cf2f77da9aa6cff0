import { ExpertError, type ErrorCode } from "../../core/errors.ts";

/** The codes with which a file can be refused. */
export type RefusalCode = Extract<ErrorCode, `document_${string}`>;

/** A refusal as it crosses the process boundary. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly remedy: string;
}

export const refuse = (code: RefusalCode, message: string, remedy: string): ExpertError =>
  new ExpertError(code, message, { remedy });

export const refuseEmpty = (): ExpertError =>
  refuse(
    "document_empty",
    "There is no text in the file.",
    "Check that the right file was chosen and that it was saved.",
  );

export const refuseTooComplex = (message: string): ExpertError =>
  refuse(
    "document_too_complex",
    message,
    "Split the file into smaller ones, or upload a simpler export of it.",
  );

export const refuseCorrupt = (message: string): ExpertError =>
  refuse(
    "document_corrupt",
    message,
    "Open the file in its own program, save it again and upload the new copy.",
  );

export const refuseEncrypted = (message: string): ExpertError =>
  refuse(
    "document_encrypted",
    message,
    "Remove the protection in the program that set it, and upload the unprotected copy.",
  );

export const refuseImageOnly = (message: string): ExpertError =>
  refuse(
    "document_image_only",
    message,
    "Run text recognition (OCR) on it, or upload the document that it was made from.",
  );

/** What an unexpected failure inside a parser means for the person who uploaded the file. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ExpertError && isRefusalCode(error.code)) {
    return { code: error.code, message: error.message, remedy: error.remedy ?? "" };
  }
  const known =
    error instanceof RangeError
      ? refuseTooComplex("The file is nested too deeply or needs too much memory to be read.")
      : refuseCorrupt("The file is damaged: its content could not be read.");
  return refusalOf(known);
}

const isRefusalCode = (code: ErrorCode): code is RefusalCode => code.startsWith("document_");
