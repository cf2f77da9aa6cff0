import { readFileSync } from "node:fs";
import { Marked } from "marked";
import { root } from "../../frame/repository.ts";
import { fontFaces } from "../../support/page-fonts.ts";
import { icons } from "../../slack-pictures/html/icons.ts";
import { escapeHtml } from "../../slack-pictures/html/escape.ts";
import type { AdaptiveCard } from "../../../adapters/teams/render/card.ts";
import type { TeamsMessage } from "../../../adapters/teams/render/teams-message.ts";
import type { Frame, Item } from "../scene.ts";
import { styleSheet, type Theme } from "./theme.ts";

/** A page that shows one frame, whose element `#picture` is the picture; the cards are drawn into it afterwards. */
export interface FramePage {
  readonly html: string;
  /** In the order of the elements `.to-draw`. */
  readonly cards: readonly AdaptiveCard[];
}

/** The app's own icon. */
const botFace = readFileSync(`${root}manifests/teams/color.svg`, "utf8");

const shield =
  '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" aria-hidden="true"><path d="M12 3l8 3v6c0 4.500-3.300 7.700-8 9-4.700-1.300-8-4.500-8-9V6z"/></svg>';

export function framePage(frame: Frame, theme: Theme): FramePage {
  const cards: AdaptiveCard[] = [];
  const place = (card: AdaptiveCard): string => {
    cards.push(card);
    return '<div class="to-draw"></div>';
  };
  const body = frameHtml(frame, place);
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><style>
${fontFaces()}
:root { --font: "Inter Variable", "Noto Sans Thai Variable", system-ui, sans-serif; --mono: ui-monospace, "DejaVu Sans Mono", monospace; }
${styleSheet(theme)}
</style></head><body><div id="picture">${body}</div></body></html>`;
  return { html, cards };
}

type Place = (card: AdaptiveCard) => string;

function frameHtml(frame: Frame, place: Place): string {
  switch (frame.kind) {
    case "conversation": {
      const bar = `<div class="bar"><b>${escapeHtml(frame.title)}</b><span class="quiet">${escapeHtml(frame.place)}</span></div>`;
      return bar + frame.items.map((item) => itemHtml(item, place)).join("\n");
    }
    case "form":
      return `<div class="frame"><div class="form-bar"><b>${escapeHtml(frame.title)}</b>${icons.close}</div>${place(frame.card)}</div>`;
    case "search": {
      const found = frame.results.map(
        ({ preview: { content } }) =>
          `<div class="found"><b>${escapeHtml(content.title)}</b><span class="quiet">${escapeHtml(content.text)}</span></div>`,
      );
      const [first] = frame.results;
      const card = first ? `<div class="bubble card">${place(first.content)}</div>` : "";
      return `<div class="frame"><div class="form-bar"><b>The Expert</b></div><div class="query">${escapeHtml(frame.query)}</div>${found.join("")}</div><p></p>${card}`;
    }
  }
}

function itemHtml(item: Item, place: Place): string {
  const goesOn = "message" in item && item.goesOn;
  const face = item.by.bot
    ? `<div class="face bot">${botFace}</div>`
    : `<div class="face" style="background:${item.by.face}">${escapeHtml(item.by.name.charAt(0))}</div>`;
  const labels = "message" in item ? labelsHtml(item.message) : "";
  const head = goesOn
    ? ""
    : `<div class="head"><b>${escapeHtml(item.by.name)}</b><span>${escapeHtml(item.at)}</span>${labels}</div>`;
  const body =
    "message" in item
      ? messageHtml(item.message, place)
      : `<div class="bubble">${escapeHtml(item.text).replace(/^@The Expert/, "<a>The Expert</a>")}</div>`;
  return `<div class="message${goesOn ? " goes-on" : ""}">${goesOn ? "<div></div>" : face}<div>${head}${body}</div></div>`;
}

function labelsHtml(message: TeamsMessage): string {
  if (!("text" in message)) return "";
  return (message.entities ?? [])
    .flatMap(({ usageInfo }) => [
      '<span class="label">AI generated</span>',
      ...(usageInfo ? [`<span class="label">${shield}${escapeHtml(usageInfo.name)}</span>`] : []),
    ])
    .join("");
}

const reader = new Marked({ gfm: true });

function messageHtml(message: TeamsMessage, place: Place): string {
  if (!("text" in message)) return `<div class="bubble card">${place(message.attachments[0].content)}</div>`;
  const known = new Set(
    (message.entities ?? []).flatMap(({ citation }) => citation?.map(({ position }) => position) ?? []),
  );
  const text = reader
    .parse(message.text, { async: false })
    .replaceAll(/\[(\d{1,3})\]/g, (mark, number: string) =>
      known.has(Number(number)) ? `<span class="cite">${number}</span>` : mark,
    );
  const rates = message.channelData ? `<div class="rates">${icons.thumbUp}${icons.thumbDown}</div>` : "";
  return `<div class="bubble">${text}</div>${rates}`;
}
