import { z } from "zod";
import type { ParsedSlackEvent } from "../slack-event.ts";
import { elementValue, inputValues, stateSchema } from "./input-values.ts";
import { messageFields, messageText } from "./parse-message.ts";
import { id, maybeId, maybeText, type OnMalformed, readFields } from "../../../core/inbox/payload-fields.ts";

const origin = {
  team: z.object({ id: maybeId, enterprise_id: maybeId }).nullish(),
  enterprise: z.object({ id: maybeId }).nullish(),
  user: z.object({ id, team_id: maybeId }),
  trigger_id: maybeId,
};
type OriginFields = z.output<z.ZodObject<typeof origin>>;

const viewFields = {
  id,
  type: maybeId,
  callback_id: maybeText,
  private_metadata: maybeText,
  hash: maybeId,
  app_installed_team_id: maybeId,
  state: stateSchema.nullish(),
};
const view = z.object(viewFields);

const clickSchema = z.object({
  ...origin,
  container: z.object({
    type: z.string(),
    message_ts: maybeId,
    channel_id: maybeId,
    thread_ts: maybeId,
    view_id: maybeId,
    is_ephemeral: z.boolean().nullish(),
  }),
  channel: z.object({ id: maybeId }).nullish(),
  message: z.object({ ts: maybeId, thread_ts: maybeId }).nullish(),
  view: view.nullish(),
  state: stateSchema.nullish(),
  response_url: maybeId,
  actions: z.array(z.looseObject({ action_id: id, action_ts: maybeId })).min(1),
});

function parseClick(body: object, onMalformed: OnMalformed): ParsedSlackEvent | null {
  const click = readFields(clickSchema, body, onMalformed);
  const action = click?.actions[0];
  const who = click && whoOf(click, click.view?.app_installed_team_id ?? null, onMalformed);
  if (!action || !who) return null;
  const { container } = click;
  const messageTs = container.message_ts ?? click.message?.ts ?? null;
  const viewId = container.view_id ?? click.view?.id ?? null;
  const place = [container.channel_id, messageTs ?? viewId, action.action_id, action.action_ts, who.userId];
  return {
    eventId: `trigger-${click.trigger_id ?? place.join("-")}`,
    event: {
      kind: "click",
      ...who,
      actionId: action.action_id,
      value: elementValue(action),
      container:
        container.type === "view"
          ? click.view?.type === "home"
            ? "home"
            : "modal"
          : container.is_ephemeral === true
            ? "ephemeral"
            : "message",
      channelId: click.channel?.id ?? container.channel_id,
      messageTs,
      threadTs: container.thread_ts ?? click.message?.thread_ts ?? null,
      viewId,
      values: inputValues(click.view?.state ?? click.state),
      triggerId: click.trigger_id ?? "",
      responseUrl: click.response_url,
    },
  };
}

const formSchema = z.object({ ...origin, view });

function parseForm(body: object, onMalformed: OnMalformed): ParsedSlackEvent | null {
  const form = readFields(formSchema, body, onMalformed);
  const who = form && whoOf(form, form.view.app_installed_team_id, onMalformed);
  if (!who) return null;
  return {
    eventId: `trigger-${form.trigger_id ?? [form.view.id, form.view.hash, who.userId].join("-")}`,
    event: {
      kind: "form",
      ...who,
      callbackId: form.view.callback_id,
      viewId: form.view.id,
      privateMetadata: form.view.private_metadata,
      values: inputValues(form.view.state),
      triggerId: form.trigger_id ?? "",
    },
  };
}

const shortcutSchema = z.object({
  ...origin,
  trigger_id: id,
  callback_id: id,
  response_url: id,
  channel: z.object({ id }),
  message: z.object({ ...messageFields, user: maybeId }),
});

function parseShortcut(body: object, onMalformed: OnMalformed): ParsedSlackEvent | null {
  const shortcut = readFields(shortcutSchema, body, onMalformed);
  const who = shortcut && whoOf(shortcut, null, onMalformed);
  if (!who) return null;
  return {
    eventId: `trigger-${shortcut.trigger_id}`,
    event: {
      kind: "shortcut",
      ...who,
      callbackId: shortcut.callback_id,
      channelId: shortcut.channel.id,
      message: { ...messageText(shortcut.message), userId: shortcut.message.user },
      triggerId: shortcut.trigger_id,
      responseUrl: shortcut.response_url,
    },
  };
}

/**
 * The workspace that the app acts for, and the person. A view names the installation it was opened by, which counts in
 * shared channels; an organisation's names the organisation there, and leaves `team` out.
 */
function whoOf({ team, enterprise, user }: OriginFields, installed: string | null, onMalformed: OnMalformed) {
  const organisation = installed?.startsWith("E") === true ? installed : null;
  const organisationId = organisation ?? enterprise?.id ?? team?.enterprise_id ?? null;
  const workspace = organisation === null ? installed : null;
  const teamId = workspace ?? team?.id ?? user.team_id ?? organisationId;
  if (teamId === null) {
    onMalformed("team.id (missing)");
    return null;
  }
  return { teamId, organisationId, userId: user.id, userTeamId: user.team_id ?? teamId };
}

type ParseInteraction = (body: object, onMalformed: OnMalformed) => ParsedSlackEvent | null;

/** By the body's type. Closed views, global shortcuts, menus that load options and legacy dialogs ask us nothing. */
export const interactionParsers: ReadonlyMap<string, ParseInteraction> = new Map<string, ParseInteraction>([
  ["block_actions", parseClick],
  ["view_submission", parseForm],
  ["message_action", parseShortcut],
]);
