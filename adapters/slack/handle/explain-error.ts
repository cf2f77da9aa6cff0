import { createChatRefusals } from "../../../core/inbox/chat-refusals.ts";
import { handleTexts } from "./texts.ts";

/** What this channel refuses of its own, and how every refusal is told in it. */
export const { refusal, heldBy, explainError } = createChatRefusals({
  reasons: ["switchedOff", "unknownPerson", "nothingToAsk", "unknownButton"],
  texts: handleTexts,
  channel: "Slack",
  thaiConflict: () => "สิ่งนี้เปลี่ยนไปแล้ว โปรดดูในเธรด",
});
