import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import { blocksHtml } from "./blocks.ts";
import { escapeHtml } from "./escape.ts";
import { botFace, icons } from "./icons.ts";
import { mrkdwnHtml, type Names } from "./mrkdwn.ts";

/** Whoever wrote a message; the bot, or a person with the colour of their face. */
export interface Writer {
  readonly name: string;
  readonly face: string;
  readonly bot: boolean;
}

/** What stands in a thread, in order; `replies` under the message that began it. */
export type ThreadItem =
  | { readonly by: Writer; readonly at: string; readonly text: string; readonly replies?: number }
  | {
      readonly by: Writer;
      readonly at: string;
      readonly blocks: readonly KnownBlock[];
      /** Shown to the reader alone. */
      readonly private?: true;
      /** A message that goes on where the one before ended. */
      readonly goesOn?: true;
    }
  /** The bot's status under the thread's last message. */
  | { readonly by: Writer; readonly status: string };

export type Frame =
  | {
      readonly kind: "thread";
      readonly title: string;
      readonly place: string;
      readonly items: readonly ThreadItem[];
    }
  | { readonly kind: "modal"; readonly view: ModalView }
  | { readonly kind: "home"; readonly view: HomeView; readonly bot: Writer };

export function frameHtml(frame: Frame, names: Names): string {
  switch (frame.kind) {
    case "thread":
      return threadHtml(frame, names);
    case "modal":
      return modalHtml(frame.view, names);
    case "home":
      return homeHtml(frame, names);
  }
}

function threadHtml({ title, place, items }: Extract<Frame, { kind: "thread" }>, names: Names): string {
  const rows = items.map((item) => itemHtml(item, names)).join("\n");
  return `<div class="frame"><div class="bar"><b>${escapeHtml(title)}</b><span class="quiet">${escapeHtml(place)}</span></div>${rows}</div>`;
}

function itemHtml(item: ThreadItem, names: Names): string {
  if ("status" in item) {
    return `<div class="status"><span class="dots"><i></i><i></i><i></i></span><span>${escapeHtml(item.by.name)} ${escapeHtml(item.status)}</span></div>`;
  }
  const app = item.by.bot ? '<span class="app">APP</span>' : "";
  const head = `<div class="head"><b>${escapeHtml(item.by.name)}</b>${app}<span class="time">${escapeHtml(item.at)}</span></div>`;
  if ("text" in item) {
    const replies =
      (item.replies ?? 0) === 0
        ? ""
        : `<div class="replies"><span>${String(item.replies)} ${item.replies === 1 ? "reply" : "replies"}</span></div>`;
    const body = `<div class="block section">${mrkdwnHtml(item.text, names)}</div>`;
    return `<div class="message">${faceHtml(item.by)}<div>${head}${body}</div></div>${replies}`;
  }
  const alone = item.private === true;
  const note = alone ? `<div class="only">${icons.eye}<span>Only visible to you</span></div>` : "";
  const body = blocksHtml(item.blocks, names);
  return item.goesOn === true
    ? `<div class="message goes-on"><div></div><div>${body}</div></div>`
    : `<div class="message${alone ? " alone" : ""}">${note}${faceHtml(item.by)}<div>${head}${body}</div></div>`;
}

const faceHtml = ({ name, face, bot }: Writer): string =>
  bot
    ? `<div class="face">${botFace}</div>`
    : `<div class="face" style="background:${face}">${escapeHtml(name.charAt(0))}</div>`;

function modalHtml({ title, blocks, submit, close }: ModalView, names: Names): string {
  const send = submit ? `<span class="button primary">${escapeHtml(submit.text)}</span>` : "";
  return `<div class="frame modal"><div class="modal-bar"><span class="face small">${botFace}</span><b>${escapeHtml(title.text)}</b><span class="quiet">${icons.close}</span></div>
<div class="modal-body">${blocksHtml(blocks, names)}</div>
<div class="modal-end"><span class="button">${escapeHtml(close?.text ?? "Cancel")}</span>${send}</div></div>`;
}

function homeHtml({ view, bot }: Extract<Frame, { kind: "home" }>, names: Names): string {
  return `<div class="frame home"><div class="home-bar"><span class="face small">${botFace}</span><b>${escapeHtml(bot.name)}</b></div>
<div class="tabs"><span class="on">Home</span><span>Messages</span><span>About</span></div>
<div class="home-body">${blocksHtml(view.blocks, names)}</div></div>`;
}
