/** Text as Markdown that shows each character as it is; line ends stay. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll(/[\\`*_~[\]<>|]|&(?=#?\w+;)|!(?=\[)/g, (character, at: number, whole: string) =>
      character === "_" && /\w_\w/.test(whole.slice(Math.max(0, at - 1), at + 2))
        ? character
        : `\\${character}`,
    )
    .replaceAll(/^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-=]+\s*$)/gm, "$1\\$2")
    .replaceAll(/^(\s*\d{1,9})([.)])(?=\s|$)/gm, "$1\\$2");
