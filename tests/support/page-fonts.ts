import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

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
export const fontFaces = (): string =>
  fonts
    .map(([family, file, range]) => {
      const bytes = readFileSync(fileURLToPath(import.meta.resolve(file)));
      return `@font-face { font-family: "${family}"; font-weight: 100 900; unicode-range: ${range};
  src: url(data:font/woff2;base64,${bytes.toString("base64")}) format("woff2"); }`;
    })
    .join("\n");
