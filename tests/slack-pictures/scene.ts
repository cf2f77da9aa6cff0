import type { Frame, ThreadItem, Writer } from "./html/frames.ts";
import type { SlackMessage } from "../../adapters/slack/render/message.ts";
import type { Citation } from "../../core/answering/citation.ts";
import type { NearestDocument } from "../../core/conversation/reply.ts";
import type { DemoCompany } from "./demo-company.ts";

/** What people see in Slack at one moment. Its name is its picture's. */
export interface Scene {
  readonly name: string;
  readonly frame: Frame;
}

/** Makes the scenes of one kind from the demo company's answers. */
export type MakeScenes = (company: DemoCompany) => Promise<readonly Scene[]>;

export const bot: Writer = { name: "The Expert", face: "", bot: true };
export const botUserId = "U0EXPERT0";
export const malee: Writer = { name: "Malee Thongprasit", face: "#7b4fa0", bot: false };
export const anan: Writer = { name: "Anan Wongsuwan", face: "#2f7d5b", bot: false };
export const siriporn: Writer = { name: "Siriporn Kaewmanee", face: "#b3562f", bot: false };
export const daniel: Writer = { name: "Daniel Weber", face: "#4a6785", bot: false };

export const names: ReadonlyMap<string, string> = new Map([
  [botUserId, bot.name],
  ["U0MALEE00", malee.name],
  ["U0ANAN000", anan.name],
]);

/** Sources open under the address that the docs use. */
export const sourceUrl = ({ documentId, passageId }: Citation | NearestDocument): string =>
  `https://expert.example.com/sources/${documentId}?passage=${passageId}`;

/** Approvals are decided there, too. */
export const approvalUrl = (id: string): string => `https://expert.example.com/approvals/${id}`;

/** What is opened, as messages name it. */
export const addresses = { sourceUrl, approvalUrl } as const;

export const said = (by: Writer, at: string, text: string): ThreadItem => ({ by, at, text });

/** The question that begins a thread, by a mention of the bot. */
export const asked = (by: Writer, at: string, question: string): ThreadItem => ({
  by,
  at,
  text: `<@${botUserId}> ${question}`,
});

/** What the bot posts; several messages follow each other. */
export const posted = (at: string, messages: readonly SlackMessage[]): readonly ThreadItem[] =>
  messages.map(({ blocks }, index) =>
    index === 0 ? { by: bot, at, blocks } : { by: bot, at, blocks, goesOn: true },
  );

/** What the bot shows to the reader alone. */
export const whispered = (at: string, messages: readonly SlackMessage[]): readonly ThreadItem[] =>
  messages.map(({ blocks }) => ({ by: bot, at, blocks, private: true }));

export const thread = (place: string, items: readonly ThreadItem[]): Frame => ({
  kind: "thread",
  title: "Thread",
  place,
  items: items.map((item, index) =>
    index === 0 && "text" in item ? { ...item, replies: repliesIn(items) } : item,
  ),
});

const repliesIn = (items: readonly ThreadItem[]): number =>
  items.slice(1).filter((item) => !("status" in item) && !("private" in item)).length;

/** A channel itself, as somebody sees it who gave a command there. */
export const channel = (name: string, items: readonly ThreadItem[]): Frame => ({
  kind: "thread",
  title: name,
  place: "",
  items,
});

export const directMessage = (items: readonly ThreadItem[]): Frame => ({
  kind: "thread",
  title: bot.name,
  place: "Direct message",
  items,
});
