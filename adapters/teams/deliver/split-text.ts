import { textEnd } from "../../../core/text/cut-text.ts";
import type { TeamsMessage, TextMessage } from "../render/teams-message.ts";

/** A text is not split where a half would be shorter than this, in characters: Teams takes that much of anything. */
const shortestHalf = 500;
const fence = /^ {0,3}(```+|~~~+)[^\n]*$/;

/**
 * A text message that Teams found too long as two, each with the citations that it names, and the rating on the last; null
 * where it cannot be made shorter.
 */
export function splitText(message: TeamsMessage): readonly [TextMessage, TextMessage] | null {
  if (!("text" in message)) return null;
  const halves = halvesOf(message.text);
  if (halves === null) return null;
  const { channelData, entities, ...rest } = message;
  const half = (text: string): TextMessage => ({
    ...rest,
    text,
    ...(entities === undefined
      ? {}
      : {
          entities: entities.map(({ citation, ...entity }) => {
            const named = citation?.filter(({ position }) => text.includes(`[${String(position)}]`)) ?? [];
            return named.length === 0 ? entity : { ...entity, citation: named };
          }),
        }),
  });
  const [first, second] = halves;
  return [half(first), { ...half(second), ...(channelData === undefined ? {} : { channelData }) }];
}

/** Cut between lines, nearest to the middle; code that goes over the cut is closed before it and opened again. */
function halvesOf(text: string): readonly [string, string] | null {
  const middle = Math.ceil(text.length / 2);
  const cut = lineCut(text, middle);
  const at = cut?.at ?? textEnd(text, middle);
  const before = text.slice(0, at).trimEnd();
  const after = (cut ? text.slice(at).replace(/^\n+/, "") : text.slice(at).trimStart()).trimEnd();
  if (Math.min(before.length, after.length) < shortestHalf) return null;
  const opened = cut?.open ?? null;
  return opened === null
    ? [before, after]
    : [`${before}\n${/`+|~+/.exec(opened)?.[0] ?? ""}`, `${opened}\n${after}`];
}

/** The end of a line in the middle half of a text, best between paragraphs, and the fence of code that is open there. */
function lineCut(text: string, middle: number): { readonly at: number; readonly open: string | null } | null {
  let best: { readonly at: number; readonly open: string | null; readonly cost: number } | null = null;
  let open: string | null = null;
  let at = 0;
  for (const line of text.split("\n")) {
    if (fence.test(line)) open = open === null ? line : null;
    at += line.length + 1;
    if (at >= text.length) break;
    // A cut between paragraphs is worth an eighth of the text, and one in code costs as much.
    const cost =
      Math.abs(at - middle) +
      (text[at] === "\n" ? 0 : text.length / 8) +
      (open === null ? 0 : text.length / 8);
    if (Math.abs(at - middle) <= middle / 2 && (best === null || cost < best.cost)) best = { at, open, cost };
  }
  return best;
}
