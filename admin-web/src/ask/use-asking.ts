import { useCallback, useRef, useState } from "react";
import { isFailure, type ApiFailure } from "../api/http-client.ts";
import { useQueryClient } from "@tanstack/react-query";
import { sessionKey } from "../api/query-client.ts";
import { asFailure } from "../app/failure-note.tsx";
import { useLiveTurns } from "./live-turns-context.ts";
import type { AcceptedQuestion } from "./question.ts";

interface Sending {
  readonly question: string;
  readonly departmentId: string | null;
  readonly eventId: string;
}
export interface Asking {
  /** The question on its way to the server, or null. */
  readonly sending: Sending | null;
  readonly failure: ApiFailure | null;
  /** True once the server has the question. */
  ask(question: string, departmentId: string | null): Promise<boolean>;
  forgetFailure(): void;
}

const newEventId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );

/** Sends questions of one conversation (null: a new one), one at a time. */
export function useAsking(
  conversationId: string | null,
  onAccepted: (accepted: AcceptedQuestion) => void,
): Asking {
  const live = useLiveTurns();
  const client = useQueryClient();
  const [sending, setSending] = useState<Sending | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const busy = useRef(false);
  /** A question that failed on its way keeps its event id, so that sending it again cannot ask it twice. */
  const failed = useRef<Sending | null>(null);

  const ask = async (question: string, departmentId: string | null): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    const again = failed.current?.question === question && failed.current.departmentId === departmentId;
    const next = { question, departmentId, eventId: again ? (failed.current?.eventId ?? "") : newEventId() };
    setSending(next);
    setFailure(null);
    try {
      const accepted = await live.ask({ ...next, conversationId });
      failed.current = null;
      onAccepted(accepted);
      return true;
    } catch (error) {
      if (isFailure(error, "unauthenticated")) client.setQueryData(sessionKey, null);
      failed.current = next;
      setFailure(asFailure(error));
      return false;
    } finally {
      busy.current = false;
      setSending(null);
    }
  };
  const forgetFailure = useCallback(() => {
    setFailure(null);
  }, []);
  return { sending, failure, ask, forgetFailure };
}
