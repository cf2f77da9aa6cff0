import { renderNote } from "../../../adapters/teams/render/render-note.ts";
import { renderFullerOffer } from "../../../adapters/teams/render/render-notices.ts";
import { cardMessage } from "../../../adapters/teams/render/teams-message.ts";
import { renderHandoffCard } from "../../../adapters/teams/render/handoff-card.ts";
import { renderWelcome } from "../../../adapters/teams/render/welcome-card.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { type HandoffId, newId, type TurnId } from "../../../core/ids.ts";
import { anan, malee, sourceUrl } from "../../slack-pictures/scene.ts";
import { conversation, type MakeScenes, personalChat, posted, said } from "../scene.ts";

const question = "How many parking spaces does the new warehouse have?";
const threadUrl = "https://teams.microsoft.com/l/message/19%3Aplant%40thread.tacv2/1767258000000";

/** A human is asked, takes over and gives back; somebody meets the bot. */
export const peopleScenes: MakeScenes = async (company) => {
  const handoffId = newId<HandoffId>();
  const department = company.department("plant-operations").name.en;
  const note = (one: Note) =>
    renderNote(one, {
      sourceUrl,
      language: "en",
      threadUrl,
      asker: null,
      viewers: ["29:anan"],
      approvalUrl: () => null,
    });
  const asked = { handoffId, askedBy: malee.name, department };
  const taken = renderHandoffCard(
    { ...asked, question, threadUrl, shared: true, state: { kind: "taken", by: anan.name, byViewer: true } },
    "en",
    ["29:anan"],
  );
  const examples = [
    "What must I do after the compressor trips with TR-22?",
    "How much annual leave can I carry over?",
    "What do I do when the VPN shows error 868?",
  ];
  return await Promise.resolve([
    {
      name: "expert-card",
      frame: personalChat(
        posted("10:14 AM", note({ kind: "handoff_offered", ...asked, question, threadKey: "", address: {} })),
      ),
    },
    { name: "expert-card-taken", frame: personalChat(posted("10:16 AM", [cardMessage(taken)])) },
    {
      name: "ask-a-human",
      frame: conversation("Rayong plant", "General", [
        said(malee, "10:12 AM", `@The Expert ${question}`),
        ...posted("10:14 AM", note({ kind: "human_asked", ...asked, experts: [anan.name] })),
        ...posted("10:16 AM", note({ kind: "taken_over", handoffId, by: anan.name })),
        said(
          anan,
          "10:17 AM",
          "48, and 6 of them are for visitors. I have asked Facilities to write it down.",
        ),
        ...posted("10:19 AM", note({ kind: "given_back", by: anan.name })),
      ]),
    },
    {
      name: "fuller-offer-direct",
      frame: personalChat(posted("11:20 AM", [renderFullerOffer(newId<TurnId>(), "en")])),
    },
    {
      name: "welcome",
      frame: personalChat(
        posted("8:58 AM", [
          cardMessage(
            renderWelcome({
              place: { kind: "personal", firstName: "Malee", guest: false },
              examples,
              language: "en",
            }),
          ),
        ]),
      ),
    },
  ]);
};
