import PostalMime, { type Address } from "postal-mime";

import type { Block, ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import { refuseCorrupt } from "../refusal.ts";
import { refuseDeepNesting } from "./html.ts";
import { htmlBlocks } from "./html-blocks.ts";
import { readChunk } from "./plain-text.ts";

/** A mail's subject, sender and text; the plain part is preferred, and attachments are named in a warning. */
export async function readMail(content: Uint8Array): Promise<ExtractedText> {
  const mail = await PostalMime.parse(content, { maxNestingDepth: 30, maxHeadersSize: 1024 * 1024 }).catch(
    () => {
      throw refuseCorrupt("The message could not be read.");
    },
  );
  const subject = mail.subject?.trim() ?? "";
  if (subject === "" && mail.from === undefined && (mail.text ?? mail.html ?? "").trim() === "") {
    throw refuseCorrupt("The file is not a mail message.");
  }
  const blocks: Block[] = [];
  if (subject !== "") blocks.push({ kind: "heading", level: 1, text: subject, page: null });
  const head = [
    ...line("From", mail.from === undefined ? [] : [mail.from]),
    ...line("To", mail.to ?? []),
    ...(mail.date === undefined ? [] : [`Date: ${mail.date}`]),
  ];
  if (head.length > 0) blocks.push({ kind: "paragraph", text: head.join("\n"), page: null });
  blocks.push(...bodyOf(mail.text, mail.html));
  const files = mail.attachments.filter(
    (attachment) => attachment.disposition !== "inline" || attachment.related !== true,
  );
  const warnings =
    files.length === 0
      ? []
      : [
          `${files.length === 1 ? "An attachment was" : `${files.length} attachments were`} left out; upload ${files.length === 1 ? "it" : "them"} separately.`,
        ];
  return { title: subject === "" ? null : subject, blocks, warnings };
}

function bodyOf(text: string | undefined, html: string | undefined): readonly Block[] {
  const plain = text?.replace(/\r\n?/g, "\n") ?? "";
  if (plain.trim() !== "") return plain.split(/\n[^\S\n]*(?:\n[^\S\n]*)+/).flatMap(readChunk);
  if (html === undefined) return [];
  refuseDeepNesting(html);
  return htmlBlocks(html);
}

function line(label: string, addresses: readonly Address[]): readonly string[] {
  const names = addresses.map((address) => {
    const name = address.name.trim();
    return address.address === undefined || address.address === ""
      ? name
      : name === ""
        ? address.address
        : `${name} <${address.address}>`;
  });
  const known = names.filter((name) => name !== "");
  return known.length === 0 ? [] : [`${label}: ${known.join(", ")}`];
}
