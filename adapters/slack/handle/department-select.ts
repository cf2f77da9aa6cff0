import type { PlainTextOption, StaticSelect } from "@slack/types";
import type { Department } from "../../../core/identity/member.ts";
import type { Language } from "../../../core/text/language.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { anyDepartment } from "./form-ids.ts";
import { handleTexts } from "./texts.ts";

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const optionText = 75;
/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const mostOptions = 100;

/** Which department to ask; the expert chooses unless the person does. */
export function departmentSelect(
  actionId: string,
  departments: readonly Department[],
  language: Language,
): StaticSelect {
  const any = optionOf(handleTexts[language].letExpertChoose, anyDepartment);
  return {
    type: "static_select",
    action_id: actionId,
    initial_option: any,
    options: [
      any,
      ...departments.slice(0, mostOptions - 1).map(({ id, name }) => optionOf(name[language], id)),
    ],
  };
}

export const optionOf = (text: string, value: string): PlainTextOption => ({
  text: { type: "plain_text", text: shorten(text, optionText) },
  value,
});
