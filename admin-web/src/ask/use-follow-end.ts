import { useEffect, useRef, type RefObject } from "react";
import { useLiveTurns } from "./live-turns-context.ts";

/** Within this many pixels of the end, the page counts as being read at its end. */
const nearEnd = 160;

/**
 * Keeps the end of the conversation in view: when a question is added, and while an answer streams as long as the
 * person has not scrolled up.
 */
export function useFollowEnd(
  contents: string,
  runningTurnId: string | null,
): RefObject<HTMLDivElement | null> {
  const end = useRef<HTMLDivElement | null>(null);
  const live = useLiveTurns();
  const first = useRef(true);
  useEffect(() => {
    const calm = first.current || matchMedia("(prefers-reduced-motion: reduce)").matches;
    first.current = false;
    window.scrollTo({ top: document.documentElement.scrollHeight, behavior: calm ? "auto" : "smooth" });
  }, [contents]);
  useEffect(() => {
    if (runningTurnId === null) return undefined;
    return live.subscribe(() => {
      const page = document.documentElement;
      if (page.scrollHeight - page.scrollTop - page.clientHeight > nearEnd) return;
      requestAnimationFrame(() => {
        window.scrollTo({ top: page.scrollHeight });
      });
    });
  }, [live, runningTurnId]);
  return end;
}
