import type { Channel, OutgoingMessage } from "../../core/delivery/channel.ts";
import type { Database } from "../../core/database.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Language } from "../../core/text/language.ts";
import { isDeliverable, userOf } from "./mail-place.ts";
import type { MailAddress, MailServer } from "./mail-server.ts";
import { inOneLine } from "./render/subject-of.ts";
import type { MailPages } from "./render/mail-context.ts";
import { renderMail } from "./render/render-mail.ts";
import { writeHtml } from "./render/write-html.ts";
import { writeText } from "./render/write-text.ts";

export interface MailChannelPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly server: Pick<MailServer, "send">;
  readonly from: MailAddress;
  readonly pages: MailPages;
}

/**
 * Mail as a channel, for people whom no chat reaches. A mail's Message-ID is the delivery's own: whoever gets a repeat can
 * tell. Nothing is asked by mail, and nothing that was mailed is changed or taken back.
 */
export function createMailChannel({ database, server, from, pages }: MailChannelPorts): Channel {
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  const idOf = (name: string): string => `<${name}@${domain}>`;
  return {
    name: "mail",
    limits: { textLength: 1_000_000 },
    follow: () => () => undefined,
    withdraw: () => Promise.resolve(),
    async post(thread, message, { key, address, standing, signal }) {
      const user = userOf(thread, address);
      const { turnId } = message;
      const [person, asked] =
        user === null
          ? [null, null]
          : await database.withTenant(thread.tenantId, ({ members, threads }) =>
              Promise.all([members.member(user), turnId === null ? null : threads.turn(turnId)]),
            );
      if (!person || !isDeliverable(person.email)) {
        throw new ExpertError("channel_refused", "There is nobody here whom this mail could go to.", {
          remedy: "Give the person an e-mail address, or let them in again.",
        });
      }
      const name = inOneLine(person.name);
      const content = renderMail(message, {
        language: languageOf(message),
        pages: {
          ...pages,
          question: asked?.userId === user && asked ? pages.conversation(asked.conversationId) : null,
        },
        reader: person.name,
        again: standing !== null,
      });
      // What stands is still the newest that its reader has.
      if (content === null) return standing ?? {};
      const messageId = idOf(key);
      const last = standing?.["messageId"];
      signal.throwIfAborted();
      await server.send({
        from,
        to: { name, address: person.email },
        subject: content.subject,
        text: writeText(content),
        html: writeHtml(content),
        messageId,
        references: [idOf(`${topicOf(message)}.${person.id}`), ...(last === undefined ? [] : [last])],
      });
      return { messageId };
    },
  };
}

function languageOf(message: OutgoingMessage): Language {
  switch (message.kind) {
    case "note":
      return message.language;
    case "reply":
      return message.reply.language;
    case "failure":
      return "en";
  }
}

/** What mails that belong together are about. */
function topicOf(message: OutgoingMessage): string {
  if (message.kind !== "note") return `turn-${message.turnId}`;
  const { note, turnId } = message;
  if ("approvalId" in note) return `approval-${note.approvalId}`;
  if ("escalationId" in note) return `escalation-${note.escalationId}`;
  return turnId === null ? "notes" : `turn-${turnId}`;
}
