import { askForm, feedbackForm } from "../../../adapters/teams/render/forms.ts";
import { renderSearchResult } from "../../../adapters/teams/render/search-result.ts";
import { sourceUrl } from "../../slack-pictures/scene.ts";
import type { MakeScenes } from "../scene.ts";

/** Windows with forms, and what the message extension finds. */
export const formScenes: MakeScenes = async (company) => {
  const [asker] = [company.person("malee")];
  const departments = asker.departments.filter(({ id }) => asker.scope.departments.has(id));
  const questions = [
    { question: "What must I do after the compressor trips with TR-22?", department: "plant-operations" },
    { question: "What do I do when the VPN shows error 868?", department: "it-operations" },
  ];
  const replies = await Promise.all(questions.map((one) => company.reply(one)));
  const results = replies.map((reply, index) =>
    renderSearchResult(
      {
        title: questions[index]?.question ?? "",
        text: reply.text,
        sources: reply.kind === "answer" ? reply.citations : [],
      },
      "en",
      sourceUrl,
    ),
  );
  const question = "The compressor in hall 2 tripped with TR-22 again. Can we start it?";
  return [
    { name: "feedback-form", frame: { kind: "form", ...feedbackForm("dislike", "en") } },
    {
      name: "ask-form",
      frame: { kind: "form", ...askForm({ question, departments, language: "en", inThread: true }) },
    },
    { name: "search", frame: { kind: "search", query: "compressor", results } },
  ];
};
