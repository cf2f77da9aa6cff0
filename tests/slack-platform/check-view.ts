import { z } from "zod";
import { plainText } from "./block-objects.ts";
import { viewBlock } from "./blocks.ts";
import { blockFaults, repeated } from "./check-blocks.ts";
import type { Json } from "./platform-state.ts";
import { refusalWithMessages, SlackRefusal } from "./refusal.ts";

/** The JSON of a view, in bytes. */
export const VIEW_BYTES = 250_000;

const base = {
  blocks: z.array(z.unknown()).max(100),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};
const modal = z.strictObject({
  type: z.literal("modal"),
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  ...base,
});
const home = z.strictObject({ type: z.literal("home"), ...base });

/** @throws SlackRefusal `invalid_arguments`, with Slack's messages, or `view_too_large`. */
export function checkView(view: unknown, type: "modal" | "home"): asserts view is Json {
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_BYTES)
    throw new SlackRefusal("view_too_large", `The view is over ${VIEW_BYTES} bytes.`);
  const faults = blockFaults(type === "modal" ? modal : home, view, "/view");
  const blocks = (view as Json)["blocks"];
  if (Array.isArray(blocks)) {
    faults.push(...blocks.flatMap((block, index) => blockFaults(viewBlock, block, `/view/blocks/${index}`)));
    faults.push(...repeated(blocks as Json[]));
    const inputs = (blocks as Json[]).some((block) => block["type"] === "input");
    if (type === "modal" && inputs && (view as Json)["submit"] === undefined)
      faults.push("[ERROR] a modal with inputs needs submit [json-pointer:/view/submit]");
  }
  if (faults.length > 0) throw refusalWithMessages("invalid_arguments", faults);
}
