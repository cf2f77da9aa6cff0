import { askForm, feedbackForm } from "../../../adapters/teams/render/forms.ts";
import { renderSearchResult } from "../../../adapters/teams/render/search-result.ts";
import { sourceUrl } from "../../slack-pictures/scene.ts";
import type { MakeScenes } from "../scene.ts";

/** Windows with forms, and what the message extension finds. */
export const formScenes: MakeScenes = async (company) => {
  const [asker] = [company.person("malee")];
  const departments = asker.departments.filter(({ id }) => asker.scope.departments.has(id));
  const query = "compressor oil";
  const results = (await company.lookUp(query, 3)).map(({ passage, quote }) => {
    const { id: passageId, documentId, title, headingPath, page } = passage;
    const source = { number: 1, passageId, documentId, title, headingPath, page, quote };
    return renderSearchResult({ title, text: quote, sources: [source] }, "en", sourceUrl);
  });
  const question = "The compressor in hall 2 tripped with TR-22 again. Can we start it?";
  return [
    { name: "feedback-form", frame: { kind: "form", ...feedbackForm("dislike", "en") } },
    {
      name: "ask-form",
      frame: { kind: "form", ...askForm({ question, departments, language: "en", inThread: true }) },
    },
    { name: "search", frame: { kind: "search", query, results } },
  ];
};
