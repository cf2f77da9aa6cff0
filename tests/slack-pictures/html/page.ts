import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Frame, frameHtml } from "./frames.ts";
import type { Names } from "./mrkdwn.ts";
import { styleSheet, type Theme } from "./style.ts";

const fonts = [
  [
    "Inter Variable",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "U+0000-024F, U+2000-22FF",
  ],
  [
    "Noto Sans Thai Variable",
    "@fontsource-variable/noto-sans-thai/files/noto-sans-thai-thai-wght-normal.woff2",
    "U+0E00-0E7F, U+200B-200D",
  ],
] as const;

/** Fonts travel in the page, so that a picture is the same on every machine. */
const fontFaces = (): string =>
  fonts
    .map(([family, file, range]) => {
      const bytes = readFileSync(fileURLToPath(import.meta.resolve(file)));
      return `@font-face { font-family: "${family}"; font-weight: 100 900; unicode-range: ${range};
  src: url(data:font/woff2;base64,${bytes.toString("base64")}) format("woff2"); }`;
    })
    .join("\n");

/** A page that shows one frame, whose element `#picture` is the picture. */
export const pageHtml = (frame: Frame, names: Names, theme: Theme): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><style>
${fontFaces()}
:root { --font: "Inter Variable", "Noto Sans Thai Variable", system-ui, sans-serif; --mono: ui-monospace, "DejaVu Sans Mono", monospace; }
${styleSheet(theme)}
</style></head><body><div id="picture">${frameHtml(frame, names)}</div></body></html>`;
