import type { OutgoingMessage } from "../../../core/delivery/channel.ts";
import type { Language } from "../../../core/text/language.ts";
import type { SlackMessage } from "../render/message.ts";
import { renderNote } from "../render/render-note.ts";
import { renderFailure } from "../render/render-notices.ts";
import { renderPrivateAnswer, renderReply } from "../render/render-reply.ts";
import type { SourceUrl } from "../render/sources.ts";
import type { SlackThread } from "../thread-key.ts";

export interface OutgoingContext {
  readonly thread: SlackThread;
  /** Of the person who asked. */
  readonly language: Language;
  readonly sourceUrl: SourceUrl;
  /** Where the thread that a note speaks of is opened. */
  readonly threadUrl: string | null;
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
}

/** The messages that an outgoing one becomes: more than one where it is longer than Slack takes. */
export function renderOutgoing(message: OutgoingMessage, context: OutgoingContext): readonly SlackMessage[] {
  const { language, sourceUrl, threadUrl, approvalUrl, thread } = context;
  switch (message.kind) {
    case "reply":
      return thread.kind === "private"
        ? renderPrivateAnswer(message.reply, {
            sourceUrl,
            language,
            mayShare: message.reply.kind === "answer" && message.reply.shareable === true,
          })
        : renderReply(message.reply, { sourceUrl, language, interactive: true });
    case "failure":
      return [renderFailure(message, language, thread.kind === "thread")];
    case "note":
      return renderNote(message.note, {
        language: message.language,
        sourceUrl,
        threadUrl,
        approvalUrl,
        interactive: true,
      });
  }
}
