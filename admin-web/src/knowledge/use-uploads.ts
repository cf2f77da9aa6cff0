import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { documentSchema, type UploadResult } from "../../../bots/http/contract/knowledge.ts";
import { call, isFailure, type ApiFailure } from "../api/http-client.ts";
import { sessionKey } from "../api/query-client.ts";
import { asFailure } from "../app/failure-note.tsx";
import { uploadFile } from "./upload-file.ts";
import { isInWork, useRefreshDocuments } from "./use-documents.ts";

export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly departmentId: string;
  readonly sensitivity: string;
  readonly stage: "waiting" | "sending" | "received" | "failed";
  /** From 0 to 1. */
  readonly sent: number;
  readonly result: UploadResult | null;
  readonly failure: ApiFailure | null;
}
export interface Uploads {
  readonly list: readonly Upload[];
  add(files: readonly File[], departmentId: string, sensitivity: string): void;
  retry(id: number): void;
  /** Stops it where it still runs, and takes it off the list. */
  remove(id: number): void;
  clearDone(): void;
}

/** Files sent at the same time. */
const atOnce = 2;
/** How often the state of a received file is asked for, in milliseconds. */
const pollMs = 1_200;

export const isDone = ({ stage, result }: Upload): boolean =>
  stage === "failed" || (stage === "received" && result !== null && !isInWork(result.document));

/** Sends files one after the other and follows each until it can be asked about. */
export function useUploads(): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const nextId = useRef(1);
  const running = useRef(new Map<number, AbortController>());
  const client = useQueryClient();
  const refresh = useRefreshDocuments();

  const change = (id: number, part: Partial<Upload>): void => {
    setList((old) => old.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)));
  };
  const start = async (upload: Upload): Promise<void> => {
    const control = new AbortController();
    running.current.set(upload.id, control);
    change(upload.id, { stage: "sending", sent: 0 });
    try {
      const result = await uploadFile({
        ...upload,
        signal: control.signal,
        onProgress: (sent) => {
          change(upload.id, { sent });
        },
      });
      change(upload.id, { stage: "received", sent: 1, result });
    } catch (error) {
      if (isFailure(error, "unauthenticated")) client.setQueryData(sessionKey, null);
      change(upload.id, { stage: "failed", failure: asFailure(error) });
    } finally {
      running.current.delete(upload.id);
      void refresh();
    }
  };

  useEffect(() => {
    const free = atOnce - running.current.size;
    const waiting = list.filter(({ id, stage }) => stage === "waiting" && !running.current.has(id));
    for (const upload of waiting.slice(0, Math.max(0, free))) void start(upload);
  });

  const inWork = list
    .filter(({ result }) => result !== null && isInWork(result.document))
    .map(({ id, result }) => `${String(id)}/${result?.document.id ?? ""}`)
    .join(",");
  useEffect(() => {
    if (inWork === "") return undefined;
    const timer = setInterval(() => {
      for (const pair of inWork.split(",")) {
        const [id = "", documentId = ""] = pair.split("/");
        call(documentSchema, `/v1/documents/${documentId}`)
          .then((document) => {
            setList((old) =>
              old.map((upload) =>
                upload.id === Number(id) && upload.result !== null
                  ? { ...upload, result: { ...upload.result, document } }
                  : upload,
              ),
            );
          })
          .catch(() => undefined); // Asked again in a moment.
      }
    }, pollMs);
    return () => {
      clearInterval(timer);
    };
  }, [inWork]);

  useEffect(() => {
    const sending = running.current;
    return () => {
      for (const control of sending.values()) control.abort();
    };
  }, []);

  return {
    list,
    add(files, departmentId, sensitivity) {
      const added = files.map((file): Upload => {
        const id = nextId.current;
        nextId.current += 1;
        return {
          id,
          file,
          departmentId,
          sensitivity,
          stage: "waiting",
          sent: 0,
          result: null,
          failure: null,
        };
      });
      setList((old) => [...old, ...added]);
    },
    retry(id) {
      change(id, { stage: "waiting", sent: 0, failure: null });
    },
    remove(id) {
      running.current.get(id)?.abort();
      setList((old) => old.filter((upload) => upload.id !== id));
    },
    clearDone() {
      setList((old) => old.filter((upload) => !isDone(upload)));
    },
  };
}
