import { expect, it } from "@jest/globals";
import { checkView } from "../../../tests/slack-platform/check-view.ts";
import { type EscalationId, newId } from "../../../core/ids.ts";
import { languages } from "../../../core/text/language.ts";
import {
  escalationForm,
  loadingEscalation,
  readEscalationPlace,
  refusedEscalation,
  writtenActs,
} from "./escalation-forms.ts";

const place = { escalationId: newId<EscalationId>(), channelId: "C1", threadTs: "1.1" };

it.each(languages)("has forms that Slack takes, in %s", (language) => {
  for (const act of writtenActs) {
    for (const question of ["How do I start the pump?", "*_&<".repeat(4_000)])
      checkView(escalationForm({ ...place, act }, question, language), "modal");
    checkView(loadingEscalation(act, language), "modal");
    checkView(refusedEscalation(act, language, "It is <!channel> gone."), "modal");
  }
});

it("knows what a form is about when it comes back", () => {
  const about = { ...place, act: "answer" } as const;
  const form = escalationForm(about, "Why is it <!here>?", "en");
  expect(readEscalationPlace(form.private_metadata ?? "")).toEqual(about);
  expect(JSON.stringify(form.blocks)).toContain("> Why is it &lt;!here&gt;?");
  for (const other of ["", "{}", "nothing"]) expect(readEscalationPlace(other)).toBeNull();
});
