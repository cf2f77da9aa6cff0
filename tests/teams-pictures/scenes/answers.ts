import { renderFailure, renderWorking } from "../../../adapters/teams/render/render-notices.ts";
import { renderReply, renderReplyCard } from "../../../adapters/teams/render/render-reply.ts";
import { cardMessage } from "../../../adapters/teams/render/teams-message.ts";
import { replyTexts } from "../../../core/conversation/reply-texts.ts";
import { newId, type TurnId } from "../../../core/ids.ts";
import { anan, malee, siriporn, sourceUrl } from "../../slack-pictures/scene.ts";
import { conversation, type MakeScenes, personalChat, posted, said } from "../scene.ts";

const english = { sourceUrl, language: "en", asker: "29:malee" } as const;
const thai = { sourceUrl, language: "th", asker: null } as const;

/** Answers, and what stands there instead of one. */
export const answerScenes: MakeScenes = async (company) => {
  const compressor = "What must I do after the compressor trips with TR-22?";
  const sickLeave = "ลาป่วยกี่วันต้องมีใบรับรองแพทย์";
  const vpn = "What do I do when the VPN shows error 868?";
  const parking = "How many parking spaces does the new warehouse have?";
  const recall = "Who decides on a class 1 recall?";
  const [tripped, certificate, resolved, unknown, here, full] = await Promise.all([
    company.reply({ question: compressor, department: "plant-operations", inChannel: true }),
    company.reply({ question: sickLeave, department: "human-resources", language: "th" }),
    company.reply({ question: vpn, department: "it-operations", inChannel: true }),
    company.reply({ question: parking, department: "plant-operations", inChannel: true }),
    company.reply({ question: recall, department: "plant-operations", inChannel: true, fuller: true }),
    company.reply({ question: recall, department: "plant-operations", upTo: "confidential" }),
  ]);
  const failure = {
    kind: "failure",
    turnId: newId<TurnId>(),
    code: "internal",
    message: replyTexts.en.failed,
    remedy: replyTexts.en.tryAgain,
  } as const;
  const own = { ...full, ...(full.kind === "answer" ? { shareable: true as const } : {}) };
  return [
    {
      name: "answer",
      frame: conversation("Rayong plant", "General", [
        said(malee, "9:41 AM", `@The Expert ${compressor}`),
        ...posted("9:41 AM", renderReply(tripped, english)),
      ]),
    },
    {
      name: "answer-thai",
      frame: personalChat([
        said(malee, "09:52", sickLeave),
        ...posted("09:52", renderReply(certificate, thai)),
      ]),
    },
    {
      name: "answer-table",
      frame: conversation("IT help", "General", [
        said(siriporn, "10:05 AM", `@The Expert ${vpn}`),
        ...posted("10:05 AM", renderReply(resolved, english)),
      ]),
    },
    {
      name: "not-found",
      frame: conversation("Rayong plant", "General", [
        said(malee, "10:12 AM", `@The Expert ${parking}`),
        ...posted("10:12 AM", renderReply(unknown, english)),
      ]),
    },
    {
      name: "working",
      frame: conversation("Rayong plant", "General", [
        said(malee, "9:41 AM", `@The Expert ${compressor}`),
        ...posted("9:41 AM", [renderWorking("en", "routed")]),
      ]),
    },
    {
      name: "failure",
      frame: personalChat([said(anan, "2:30 PM", vpn), ...posted("2:30 PM", renderFailure(failure, "en"))]),
    },
    {
      name: "fuller-offer",
      frame: conversation("Rayong plant", "as Malee alone sees it", [
        said(malee, "11:20 AM", `@The Expert ${recall}`),
        ...posted("11:20 AM", asSeenByAsker(renderReply(here, english), here)),
      ]),
    },
    {
      name: "fuller-answer",
      frame: personalChat(posted("11:21 AM", renderReply(own, { ...english, asker: null }))),
    },
  ];
};

/** With the asker's own card, as their Teams shows it once it has asked for it. */
const asSeenByAsker = (
  messages: ReturnType<typeof renderReply>,
  reply: Parameters<typeof renderReply>[0],
): ReturnType<typeof renderReply> =>
  messages.map((message) =>
    "attachments" in message ? cardMessage(renderReplyCard(reply, english, "asker"), -1) : message,
  );
