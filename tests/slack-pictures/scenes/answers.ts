import { renderReply } from "../../../adapters/slack/render/render-reply.ts";
import { renderFailure } from "../../../adapters/slack/render/render-notices.ts";
import { texts } from "../../../adapters/slack/render/texts.ts";
import { replyTexts } from "../../../core/conversation/reply-texts.ts";
import { newId, type TurnId } from "../../../core/ids.ts";
import { anan, asked, bot, malee, type MakeScenes, posted, siriporn, sourceUrl, thread } from "../scene.ts";

const english = { sourceUrl, language: "en", interactive: true } as const;
const thai = { sourceUrl, language: "th", interactive: true } as const;

/** Answers in channels, and what stands there instead of one. */
export const answerScenes: MakeScenes = async (company) => {
  const compressor = "What must I do after the compressor trips with TR-22?";
  const sickLeave = "ลาป่วยกี่วันต้องมีใบรับรองแพทย์";
  const vpn = "What do I do when the VPN shows error 868?";
  const parking = "How many parking spaces does the new warehouse have?";
  const [tripped, certificate, resolved, unknown] = await Promise.all([
    company.reply({ question: compressor, department: "plant-operations", inChannel: true }),
    company.reply({ question: sickLeave, department: "human-resources", language: "th", inChannel: true }),
    company.reply({ question: vpn, department: "it-operations", inChannel: true }),
    company.reply({ question: parking, department: "plant-operations", inChannel: true }),
  ]);
  const failure = {
    kind: "failure",
    turnId: newId<TurnId>(),
    code: "internal",
    message: replyTexts.en.failed,
    remedy: replyTexts.en.tryAgain,
  } as const;
  return [
    {
      name: "answer",
      frame: thread("#rayong-plant", [
        asked(malee, "9:41 AM", compressor),
        ...posted("9:41 AM", renderReply(tripped, english)),
      ]),
    },
    {
      name: "answer-thai",
      frame: thread("#ถาม-hr", [
        asked(malee, "09:52", sickLeave),
        ...posted("09:52", renderReply(certificate, thai)),
      ]),
    },
    {
      name: "answer-table",
      frame: thread("#it-help", [
        asked(siriporn, "10:05 AM", vpn),
        ...posted("10:05 AM", renderReply(resolved, english)),
      ]),
    },
    {
      name: "not-found",
      frame: thread("#rayong-plant", [
        asked(malee, "10:12 AM", parking),
        ...posted("10:12 AM", renderReply(unknown, english)),
      ]),
    },
    {
      name: "working",
      frame: thread("#rayong-plant", [
        asked(malee, "9:41 AM", compressor),
        { by: bot, status: texts.en.status.routed },
      ]),
    },
    {
      name: "failure",
      frame: thread("#it-help", [
        asked(anan, "2:30 PM", vpn),
        ...posted("2:30 PM", [renderFailure(failure, "en", true)]),
      ]),
    },
  ];
};
