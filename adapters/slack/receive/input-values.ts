import { z } from "zod";
import { text } from "../../../core/inbox/payload-fields.ts";

const option = z.object({ value: text.nullish() });

/** What an element holds, by the field that its type fills. */
const elementSchema = z.object({
  value: text.nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
  selected_user: text.nullish(),
  selected_users: z.array(text).nullish(),
  selected_conversation: text.nullish(),
  selected_conversations: z.array(text).nullish(),
  selected_channel: text.nullish(),
  selected_channels: z.array(text).nullish(),
  selected_date: text.nullish(),
  selected_time: text.nullish(),
  selected_date_time: z.number().nullish(),
});

/**
 * The value of a button, feedback control, input or menu, as Slack reports it: what is chosen by its `value`, several
 * choices separated by commas, a point in time in seconds; empty where there is none.
 */
export function elementValue(element: unknown): string {
  const parsed = elementSchema.safeParse(element);
  if (!parsed.success) return "";
  const held = parsed.data;
  const several =
    held.selected_options?.map(({ value }) => value ?? "") ??
    held.selected_users ??
    held.selected_conversations ??
    held.selected_channels;
  return (
    held.value ??
    held.selected_option?.value ??
    several?.join(",") ??
    held.selected_user ??
    held.selected_conversation ??
    held.selected_channel ??
    held.selected_date ??
    held.selected_time ??
    held.selected_date_time?.toString() ??
    ""
  );
}

/** `state.values` of a view or message: elements by action id within blocks. */
export const stateSchema = z.object({
  values: z.record(z.string(), z.record(z.string(), z.unknown())).nullish(),
});

/** Every input by action id; of two with the same one, that which holds something. */
export function inputValues(state: z.output<typeof stateSchema> | null | undefined): Record<string, string> {
  const values = new Map<string, string>();
  for (const block of Object.values(state?.values ?? {})) {
    for (const [action, element] of Object.entries(block)) {
      const value = elementValue(element);
      if (value !== "" || !values.has(action)) values.set(text.parse(action), value);
    }
  }
  return Object.fromEntries(values);
}
