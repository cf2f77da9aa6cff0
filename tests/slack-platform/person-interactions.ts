import { controlOf, stateValues, usedControl, valueOf } from "./controls.ts";
import { openDirectMessages } from "./direct-messages.ts";
import { eventFor, tell } from "./event-envelope.ts";
import { formatMessage } from "./message-records.ts";
import {
  appIn,
  carryOut,
  channelFor,
  channelName,
  interactionBase,
  messageFor,
  newTrigger,
  type PersonContext,
} from "./person-context.ts";
import { answerSubmission } from "./submission-answer.ts";
import type { ChannelState, Json, MessageState, ViewState } from "./platform-state.ts";
import type { Delivery, Message, Person, View } from "./slack-platform.ts";
import { formatView, publicView } from "./view-records.ts";

type Interactions = Omit<
  Person,
  "id" | "name" | "email" | "mention" | "message" | "dm" | "edit" | "delete" | "react" | "addToSlack"
>;

/** What a person does with commands, controls, modals and the home tab. */
export function personInteractions(context: PersonContext): Interactions {
  const { state, deliveries, responses, workspace, person } = context;
  const team = workspace.id;

  const interact = (type: string, body: Json): Promise<Delivery> =>
    deliveries.send({
      kind: "interactive",
      type,
      team,
      body: { type, ...interactionBase(context), ...body },
    });

  const viewOf = (view: Pick<View, "id">): ViewState => {
    const found = [person.home, ...person.modals].find((known) => known?.id === view.id);
    if (!found) throw new Error(`${person.name} does not have the view ${view.id} open.`);
    return found;
  };
  const shown = (view: ViewState) => formatView(state, workspace, view);
  const respondTo = (channel: ChannelState, message: MessageState | undefined) => ({
    channel,
    install: appIn(workspace),
    person: person.id,
    message,
  });

  const clickInMessage = (on: Message, actionId: string, value: string | undefined): Promise<Delivery> => {
    const { channel, stored } = messageFor(context, on);
    const { block, element } = controlOf(stored.blocks, actionId);
    const ephemeral = stored.ephemeralTo !== undefined;
    return interact("block_actions", {
      container: {
        type: "message",
        message_ts: stored.ts,
        channel_id: channel.id,
        is_ephemeral: ephemeral,
        ...(stored.threadTs !== undefined && { thread_ts: stored.threadTs }),
      },
      trigger_id: newTrigger(context),
      channel: { id: channel.id, name: channelName(channel) },
      // Slack leaves out the message where it was ephemeral.
      ...(!ephemeral && { message: formatMessage(state, channel, stored) }),
      state: { values: {} },
      response_url: responses.issue("actions", respondTo(channel, stored)),
      actions: [usedControl(block, element, value, state.nextTs())],
    });
  };

  const clickInView = (view: ViewState, actionId: string, value: string | undefined): Promise<Delivery> => {
    const { block, element } = controlOf(view.view["blocks"] as Json[], actionId);
    if (element["type"] !== "button")
      (view.values[String(block["block_id"])] ??= {})[actionId] = valueOf(element, value);
    return interact("block_actions", {
      container: { type: "view", view_id: view.id },
      trigger_id: newTrigger(context),
      view: shown(view),
      actions: [usedControl(block, element, value, state.nextTs())],
    });
  };

  return {
    slash: async (command, text, { id }) => {
      const channel = channelFor(context, id);
      const target = respondTo(channel, undefined);
      const organisation = workspace.organisation;
      const delivery = await deliveries.send({
        kind: "command",
        type: command,
        team,
        body: {
          token: state.app.verificationToken,
          team_id: team,
          team_domain: workspace.domain,
          ...(organisation && { enterprise_id: organisation.id, enterprise_name: organisation.name }),
          channel_id: channel.id,
          channel_name: channelName(channel),
          user_id: person.id,
          user_name: person.userName,
          command,
          text,
          api_app_id: state.app.id,
          is_enterprise_install: String(appIn(workspace).organisation !== undefined),
          response_url: responses.issue("commands", target),
          trigger_id: newTrigger(context),
        },
      });
      const said =
        typeof delivery.answer === "string"
          ? { text: delivery.answer }
          : (delivery.answer as Json | undefined);
      if (delivery.status === 200 && said && Object.keys(said).length > 0)
        carryOut(state, `answer to ${command}`, () => responses.show(target, said));
      return delivery;
    },

    click: async (on, actionId, value) =>
      "ts" in on ? clickInMessage(on, actionId, value) : clickInView(viewOf(on), actionId, value),

    submit: async (view, values = {}) => {
      const stored = viewOf(view);
      const blocks = stored.view["blocks"] as Json[];
      Object.assign(stored.values, stateValues(blocks, values));
      for (const block of blocks) refuseEmpty(block, stored);
      const delivery = await interact("view_submission", {
        trigger_id: newTrigger(context),
        view: shown(stored),
        response_urls: [],
      });
      return answerSubmission(context, stored, delivery);
    },

    dismiss: async (view) => {
      const stored = viewOf(view);
      person.modals.splice(person.modals.indexOf(stored), 1);
      if (stored.view["notify_on_close"] !== true) return undefined;
      return interact("view_closed", { view: shown(stored), is_cleared: false });
    },

    shortcut: async (message, callbackId) => {
      const { channel, stored } = messageFor(context, message);
      return interact("message_action", {
        action_ts: state.nextTs(),
        callback_id: callbackId,
        trigger_id: newTrigger(context),
        channel: { id: channel.id, name: channelName(channel) },
        response_url: responses.issue("actions", respondTo(channel, stored)),
        message_ts: stored.ts,
        message: formatMessage(state, channel, stored),
      });
    },

    globalShortcut: async (callbackId) =>
      interact("shortcut", {
        action_ts: state.nextTs(),
        callback_id: callbackId,
        trigger_id: newTrigger(context),
      }),

    openHome: async (tab = "home") => {
      const channel = openDirectMessages(state, workspace, person, appIn(workspace).botUserId);
      const event = {
        type: "app_home_opened",
        user: person.id,
        channel: channel.id,
        tab,
        ...(tab === "home" && person.home && { view: shown(person.home) }),
        event_ts: state.nextTs(),
      };
      return tell(deliveries, [eventFor(state, workspace, event)]);
    },

    home: () => person.home && publicView(person.home),
    modals: () => person.modals.map(publicView),
  };
}

/** Slack's own client does not send a modal whose required inputs are empty. */
function refuseEmpty(block: Json, stored: ViewState): void {
  if (block["type"] !== "input" || block["optional"] === true) return;
  for (const [actionId, held] of Object.entries(stored.values[String(block["block_id"])] ?? {})) {
    const { type: _, ...rest } = held;
    const [value] = Object.values(rest);
    if (value === null || value === "" || (Array.isArray(value) && value.length === 0))
      throw new Error(`The input ${actionId} must be filled in.`);
  }
}
