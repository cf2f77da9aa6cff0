import { lazy } from "react";

const load = () => import("./answer-text.tsx");

/** Markdown is a third of the page's code, so it comes after the first paint. */
export const AnswerText = lazy(load);
export const preloadAnswerText = (): void => void load();
