import type { ActionsBlock, Button, FeedbackButtons, InputBlock, PlainTextOption } from "@slack/types";
import { escapeHtml } from "./escape.ts";
import { icons } from "./icons.ts";
import { mrkdwnHtml, type Names } from "./mrkdwn.ts";

type Element = ActionsBlock["elements"][number] | InputBlock["element"];
interface Text {
  readonly type: "plain_text" | "mrkdwn";
  readonly text: string;
}

export const textHtml = ({ type, text }: Text, names: Names): string =>
  type === "mrkdwn" ? mrkdwnHtml(text, names) : escapeHtml(text).replaceAll("\n", "<br>");

/** What a person can use, as HTML. Throws where these pictures do not know the element. */
export function elementHtml(element: Element, names: Names): string {
  switch (element.type) {
    case "button":
      return buttonHtml(element);
    case "static_select":
      return selectHtml(element.initial_option?.text.text, element.placeholder?.text);
    case "plain_text_input": {
      const rows = element.multiline === true ? " area" : "";
      return fieldHtml(element.initial_value, element.placeholder?.text, rows);
    }
    case "radio_buttons":
      return choices("radio", element.options, element.initial_option ? [element.initial_option] : [], names);
    case "checkboxes":
      return choices("check", element.options, element.initial_options ?? [], names);
    case "overflow":
      return `<span class="button icon-only">${icons.more}</span>`;
    default:
      throw new Error(`There is no picture of a ${element.type}.`);
  }
}

export const buttonHtml = ({ text, style }: Pick<Button, "text" | "style">): string =>
  `<span class="button ${style ?? ""}">${escapeHtml(text.text)}</span>`;

/** Slack shows thumbs of its own for these two, beside a text that is more than the thumb. */
export function feedbackHtml({ positive_button: up, negative_button: down }: FeedbackButtons): string {
  const one = (thumb: string, { text }: FeedbackButtons["positive_button"]): string => {
    const words = text.text.replaceAll(/[👍👎]/gu, "").trim();
    return `<span class="rate">${thumb}${words === "" ? "" : `<span>${escapeHtml(words)}</span>`}</span>`;
  };
  return `<span class="rates">${one(icons.thumbUp, up)}${one(icons.thumbDown, down)}</span>`;
}

const fieldHtml = (value: string | undefined, placeholder: string | undefined, more = ""): string =>
  value === undefined || value === ""
    ? `<div class="field${more}"><span class="quiet">${escapeHtml(placeholder ?? "")}</span></div>`
    : `<div class="field${more}">${escapeHtml(value).replaceAll("\n", "<br>")}</div>`;

const selectHtml = (chosen: string | undefined, placeholder: string | undefined): string =>
  `<div class="field select"><span${chosen === undefined ? ' class="quiet"' : ""}>${escapeHtml(
    chosen ?? placeholder ?? "",
  )}</span>${icons.down}</div>`;

type Option = Pick<PlainTextOption, "value"> & { readonly text: Text; readonly description?: Text };

const choices = (
  kind: "radio" | "check",
  options: readonly Option[],
  chosen: readonly Option[],
  names: Names,
): string => {
  const on = new Set(chosen.map(({ value }) => value));
  const lines = options.map(({ text, description, value }) => {
    const more = description ? `<div class="quiet">${textHtml(description, names)}</div>` : "";
    return `<div class="choice"><span class="${kind}${on.has(value) ? " on" : ""}"></span><div>${textHtml(text, names)}${more}</div></div>`;
  });
  return `<div class="choices">${lines.join("")}</div>`;
};
