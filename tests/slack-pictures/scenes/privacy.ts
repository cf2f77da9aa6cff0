import { renderFullerOffer } from "../../../adapters/slack/render/render-notices.ts";
import { renderNote } from "../../../adapters/slack/render/render-note.ts";
import { renderPrivateAnswer, renderReply } from "../../../adapters/slack/render/render-reply.ts";
import {
  approvalUrl,
  asked,
  channel,
  malee,
  type MakeScenes,
  posted,
  sourceUrl,
  thread,
  whispered,
} from "../scene.ts";

const english = { sourceUrl, language: "en", interactive: true } as const;
const place = "#rayong-plant";

/** What a channel may see, and what one person may see there. */
export const privacyScenes: MakeScenes = async (company) => {
  const recall = "Who decides on a class 1 recall?";
  const question = { question: recall, department: "plant-operations" } as const;
  const parking = "How many parking spaces does the new warehouse have?";
  const [here, full, unknown] = await Promise.all([
    company.reply({ ...question, inChannel: true, fuller: true }),
    company.reply({ ...question, upTo: "confidential" }),
    company.reply({ question: parking, department: "plant-operations" }),
  ]);
  const begun = [asked(malee, "11:20 AM", recall), ...posted("11:20 AM", renderReply(here, english))];
  const mayShare = company.department("plant-operations").shareable;
  const shared = renderNote(
    { kind: "answer_shared", by: malee.name, reply: full },
    { ...english, threadUrl: null, approvalUrl },
  );
  return [
    {
      name: "fuller-offer",
      frame: thread(place, [...begun, ...whispered("11:20 AM", [renderFullerOffer(here.turnId, "en")])]),
    },
    {
      name: "fuller-answer",
      frame: thread(place, whispered("11:21 AM", renderPrivateAnswer(full, { ...english, mayShare }))),
    },
    {
      name: "shared-answer",
      frame: thread(place, posted("11:22 AM", shared)),
    },
    {
      name: "command-not-found",
      frame: channel(
        place,
        whispered("11:30 AM", renderPrivateAnswer(unknown, { ...english, mayShare: false })),
      ),
    },
  ];
};
