const word = /[\p{L}\p{M}\p{N}]/u;

/**
 * Text as Jira's wiki markup that shows each character as it is (https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa):
 * no macro, mention, link, picture, table or smiley comes from it. A backslash escapes; one of its own must be a reference, since two of
 * them end a line.
 * @param before the character that stands before it, empty at the beginning of a line
 */
export function escapeWiki(text: string, before = ""): string {
  const characters = [...text.replaceAll("\r", "").replaceAll("\n", " ")];
  return characters
    .map((character, at) => {
      const previous = characters[at - 1] ?? before;
      const next = characters[at + 1] ?? "";
      switch (character) {
        case "\\":
          return "&#92;";
        case "&":
          return /^(?:#\d+|#x[\da-f]+|[a-z]+);/i.test(characters.slice(at + 1, at + 12).join(""))
            ? "&amp;"
            : "&";
        case "{":
        case "}":
        case "[":
        case "]":
        case "|":
        case "!":
        case "^":
        case "~":
        case "*":
          return `\\${character}`;
        case "_":
        case "+":
        case "-":
          // Within a word it formats nothing.
          return word.test(previous) && word.test(next) ? character : `\\${character}`;
        case "?":
          return previous === "?" || next === "?" ? `\\${character}` : character;
        case "#":
          return previous.trim() === "" ? `\\${character}` : character;
        case ":":
        case ";":
          return /[()DPp]/.test(next) ? `\\${character}` : character;
        case "(":
          return /^(?:y|n|i|x|on|off|flag|flagoff|\/|[!+\-?]|\*[rgby]?)\)/.test(
            characters.slice(at + 1, at + 10).join(""),
          )
            ? `\\${character}`
            : character;
        case ".":
          return isBlockName(characters.slice(0, at).join(""), before) ? "&#46;" : character;
        case "@":
          // Some servers make mentions of it.
          return word.test(next) && !word.test(previous) ? `@\u2060` : character;
        default:
          return character;
      }
    })
    .join("");
}

/** What begins a heading or a quote at the beginning of a line: `h1.`, `bq.` */
const isBlockName = (line: string, before: string): boolean =>
  before.trim() === "" && /^\s*(?:h[1-6]|bq)$/i.test(line);

/** Lines of code between `{code}`; nothing within can end it. */
export const escapeCode = (code: string): string =>
  code.replaceAll("\r", "").replaceAll(/\{(?=(?:code|noformat)\b)/gi, "{\u200b");
