import { renderNote } from "../../../adapters/slack/render/render-note.ts";
import { explainError, refusal } from "../../../adapters/slack/handle/explain-error.ts";
import { plainMessage } from "../../../adapters/slack/handle/tell.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { type HandoffId, newId } from "../../../core/ids.ts";
import {
  anan,
  approvalUrl,
  asked,
  daniel,
  directMessage,
  malee,
  type MakeScenes,
  posted,
  said,
  sourceUrl,
  thread,
  whispered,
} from "../scene.ts";

const question = "How many parking spaces does the new warehouse have?";

/** A human is asked, takes over and gives back; somebody unknown is refused. */
export const peopleScenes: MakeScenes = async (company) => {
  const handoffId = newId<HandoffId>();
  const department = company.department("plant-operations").name.en;
  const note = (one: Note) =>
    renderNote(one, {
      sourceUrl,
      language: "en",
      interactive: true,
      approvalUrl,
      threadUrl: "https://chalom.slack.com/archives/C0RAYONG1/p1767258000000100",
    });
  const askedFor = note({
    kind: "human_asked",
    handoffId,
    askedBy: malee.name,
    department,
    experts: [anan.name],
  });
  const card = note({
    kind: "handoff_offered",
    handoffId,
    askedBy: malee.name,
    department,
    question,
    threadKey: "",
    address: {},
  });
  const taken = note({ kind: "taken_over", handoffId, by: anan.name });
  const given = note({ kind: "given_back", by: anan.name });
  const refused = plainMessage(explainError(refusal("forbidden", "unknownPerson"), "en"));
  return [
    { name: "expert-card", frame: directMessage(posted("10:14 AM", card)) },
    {
      name: "ask-a-human",
      frame: thread("#rayong-plant", [
        asked(malee, "10:12 AM", question),
        ...posted("10:14 AM", askedFor),
        ...posted("10:16 AM", taken),
        said(
          anan,
          "10:17 AM",
          "48, and 6 of them are for visitors. I have asked Facilities to write it down.",
        ),
        ...posted("10:19 AM", given),
      ]),
    },
    {
      name: "refused",
      frame: thread("#it-help", [
        asked(daniel, "3:05 PM", "Which guest network do I use?"),
        ...whispered("3:05 PM", [refused]),
      ]),
    },
  ];
};
