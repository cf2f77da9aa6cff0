import { createChatRefusals } from "../../../core/inbox/chat-refusals.ts";
import { handleTexts } from "./texts.ts";

/** What this channel refuses of its own, and how every refusal is told in it. */
export const { refusal, heldBy, explainError } = createChatRefusals({
  reasons: [
    "switchedOff",
    "unknownPerson",
    "nothingToAsk",
    "unknownButton",
    "anonymous",
    "notSeen",
    "notChecked",
    "noChat",
  ],
  texts: handleTexts,
  channel: "Teams",
  thaiConflict: ({ takenBy }) =>
    typeof takenBy === "string"
      ? `${takenBy} รับเรื่องนี้ไปแล้ว โปรดคุยกับเขาหรือคุยในเธรด`
      : "สิ่งนี้เปลี่ยนไปแล้ว โปรดดูในการสนทนา",
});
