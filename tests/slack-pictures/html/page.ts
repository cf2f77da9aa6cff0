import { fontFaces } from "../../support/page-fonts.ts";
import { type Frame, frameHtml } from "./frames.ts";
import type { Names } from "./mrkdwn.ts";
import { styleSheet, type Theme } from "./style.ts";

/** A page that shows one frame, whose element `#picture` is the picture. */
export const pageHtml = (frame: Frame, names: Names, theme: Theme): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><style>
${fontFaces()}
:root { --font: "Inter Variable", "Noto Sans Thai Variable", system-ui, sans-serif; --mono: ui-monospace, "DejaVu Sans Mono", monospace; }
${styleSheet(theme)}
</style></head><body><div id="picture">${frameHtml(frame, names)}</div></body></html>`;
