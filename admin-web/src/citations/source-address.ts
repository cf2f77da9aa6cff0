import { useCallback, useMemo } from "react";
import { useLocation, useNavigate } from "react-router";

/** A place in a document, open beside the page. */
export interface SourceAddress {
  readonly documentId: string;
  /** Null: the document from its beginning. */
  readonly passageId: string | null;
  /** The words to highlight, where an answer quotes them. */
  readonly quote: string | null;
}
interface SourceState {
  readonly quote?: string | null;
  /** The panel was opened from within the page, so that going back closes it. */
  readonly openedHere?: boolean;
}

/** The open source stands in the address, so that it can be linked, reloaded and left with the back button. */
export function useSourceAddress(): SourceAddress | null {
  const location = useLocation();
  const { search } = location;
  const { quote = null } = (location.state ?? {}) as SourceState;
  return useMemo(() => {
    const query = new URLSearchParams(search);
    const documentId = query.get("document");
    if (documentId === null) return null;
    return {
      documentId,
      passageId: query.get("passage"),
      quote,
    };
  }, [search, quote]);
}

/** What had the focus when the panel was opened; it gets it back. */
let opener: HTMLElement | null = null;

export function returnFocus(): void {
  if (opener?.isConnected === true) opener.focus();
  opener = null;
}

export function useOpenSource(): (address: SourceAddress) => void {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  return useCallback(
    ({ documentId, passageId, quote }) => {
      if (document.activeElement instanceof HTMLElement) opener = document.activeElement;
      const query = new URLSearchParams(search);
      query.set("document", documentId);
      if (passageId === null) query.delete("passage");
      else query.set("passage", passageId);
      const state: SourceState = { quote, openedHere: true };
      void navigate(`${pathname}?${query.toString()}`, { state });
    },
    [navigate, pathname, search],
  );
}

export function useCloseSource(): () => void {
  const navigate = useNavigate();
  const location = useLocation();
  const { pathname, search } = location;
  const { openedHere = false } = (location.state ?? {}) as SourceState;
  return useCallback(() => {
    if (openedHere) {
      void navigate(-1);
      return;
    }
    const query = new URLSearchParams(search);
    query.delete("document");
    query.delete("passage");
    void navigate({ pathname, search: query.toString() }, { replace: true });
  }, [navigate, pathname, search, openedHere]);
}
