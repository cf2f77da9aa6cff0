import { interactive } from "./check-blocks.ts";
import type { Json } from "./platform-state.ts";

/** A control of blocks, by its action_id. @throws Error where there is none. */
export function controlOf(blocks: readonly Json[], actionId: string): { block: Json; element: Json } {
  const found = interactive(blocks).find(({ element }) => element["action_id"] === actionId);
  if (found) return found;
  const there = interactive(blocks).map(({ element }) => String(element["action_id"]));
  throw new Error(`There is no control ${actionId} to use; there are: ${there.join(", ") || "none"}.`);
}

/** The entry of `actions` in block_actions for a control that was used, as recorded ones are shaped. */
export function usedControl(block: Json, element: Json, value: string | undefined, at: string): Json {
  const base = {
    action_id: element["action_id"],
    block_id: block["block_id"],
    type: element["type"],
    action_ts: at,
  };
  switch (element["type"]) {
    case "button":
    case "icon_button":
      return { ...base, text: element["text"], ...given(element, "value"), ...given(element, "style") };
    case "feedback_buttons": {
      const buttons = [element["positive_button"], element["negative_button"]] as Json[];
      const pressed = buttons.find((button) => button["value"] === value);
      if (!pressed) throw new Error(`No feedback button has the value ${String(value)}.`);
      return { ...base, text: pressed["text"], value: pressed["value"] };
    }
    default:
      return { ...base, ...valueOf(element, value) };
  }
}

/** What an input holds, as `view.state.values` gives it: a given value, else its initial one. */
export function valueOf(element: Json, value: string | readonly string[] | undefined): Json {
  const type = String(element["type"]);
  const one = typeof value === "string" ? value : value?.[0];
  const many = typeof value === "string" ? [value] : value;
  switch (type) {
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
      return { type, value: one ?? element["initial_value"] ?? null };
    case "static_select":
    case "external_select":
    case "radio_buttons":
    case "overflow":
      return {
        type,
        selected_option: one === undefined ? (element["initial_option"] ?? null) : optionOf(element, one),
      };
    case "multi_static_select":
    case "checkboxes":
      return {
        type,
        selected_options:
          many?.map((choice) => optionOf(element, choice)) ?? element["initial_options"] ?? [],
      };
    case "users_select":
      return { type, selected_user: one ?? element["initial_user"] ?? null };
    case "multi_users_select":
      return { type, selected_users: many ?? element["initial_users"] ?? [] };
    case "conversations_select":
      return { type, selected_conversation: one ?? element["initial_conversation"] ?? null };
    case "channels_select":
      return { type, selected_channel: one ?? element["initial_channel"] ?? null };
    case "datepicker":
      return { type, selected_date: one ?? element["initial_date"] ?? null };
    default:
      throw new Error(`People of this local Slack cannot use a ${type}.`);
  }
}

function optionOf(element: Json, value: string): Json {
  const groups = (element["option_groups"] as { options: Json[] }[] | undefined) ?? [];
  const options = [
    ...((element["options"] as Json[] | undefined) ?? []),
    ...groups.flatMap(({ options }) => options),
  ];
  const found = options.find((option) => option["value"] === value);
  if (!found)
    throw new Error(
      `There is no option ${value}: ${options.map((option) => String(option["value"])).join(", ")}.`,
    );
  return found;
}

const given = (element: Json, key: string): Json =>
  element[key] === undefined ? {} : { [key]: element[key] };

/** `view.state.values` of all inputs, with what was typed. @throws Error where a value has no input. */
export function stateValues(
  blocks: readonly Json[],
  typed: Readonly<Record<string, string | readonly string[]>>,
): Record<string, Record<string, Json>> {
  for (const actionId of Object.keys(typed)) controlOf(blocks, actionId);
  const values: Record<string, Record<string, Json>> = {};
  for (const block of blocks) {
    const element = block["type"] === "input" ? (block["element"] as Json) : undefined;
    if (!element) continue;
    const actionId = String(element["action_id"]);
    values[String(block["block_id"])] = { [actionId]: valueOf(element, typed[actionId]) };
  }
  return values;
}
