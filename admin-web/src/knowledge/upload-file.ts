import { uploadResultSchema, type UploadResult } from "../../../bots/http/contract/knowledge.ts";
import { ApiFailure, failureFrom, read } from "../api/http-client.ts";

export interface UploadRequest {
  readonly file: File;
  readonly departmentId: string;
  readonly sensitivity: string;
  /** From 0 to 1, as the file leaves this computer. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Uploads one file. An XMLHttpRequest, since fetch does not tell how much was sent.
 * Rejects with ApiFailure; `cancelled` where the signal stopped it.
 */
export function uploadFile(request: UploadRequest): Promise<UploadResult> {
  const { file, departmentId, sensitivity, onProgress, signal } = request;
  const form = new FormData();
  // The server reads these before the file, to refuse it early.
  form.append("departmentId", departmentId);
  form.append("sensitivity", sensitivity);
  form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", "/v1/documents");
    sending.setRequestHeader("accept", "application/json");
    sending.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    };
    sending.onload = () => {
      if (sending.status < 200 || sending.status >= 300) {
        reject(failureFrom(sending.status, sending.responseText));
        return;
      }
      try {
        resolve(read(uploadResultSchema, sending.responseText));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    sending.onerror = () => {
      reject(new ApiFailure("offline", "The server could not be reached."));
    };
    sending.onabort = () => {
      reject(new ApiFailure("cancelled", "The upload was stopped."));
    };
    signal.addEventListener("abort", () => {
      sending.abort();
    });
    sending.send(form);
  });
}
