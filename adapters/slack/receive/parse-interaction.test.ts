import { describe, expect, it } from "@jest/globals";
import type { ParsedSlackEvent } from "../slack-event.ts";
import { parseSlackBody } from "./parse-body.ts";

type Fields = Record<string, unknown>;

const parsed = (body: unknown): ParsedSlackEvent => {
  const faults: string[] = [];
  const result = parseSlackBody(body, (fault) => faults.push(fault));
  if (!result) throw new Error(`nothing for us: ${faults.join()}`);
  return result;
};
const faultOf = (body: unknown): string | null => {
  let told: string | null = null;
  expect(parseSlackBody(body, (fault) => (told = fault))).toBeNull();
  return told;
};

describe("a command", () => {
  const command = {
    command: "/expert",
    text: " ask why? ",
    team_id: "T1",
    channel_id: "C1",
    user_id: "U1",
    trigger_id: "1.2.x",
    response_url: "https://hooks.slack.com/commands/1",
  };
  it("is what stands behind its name", () => {
    expect(parsed(command)).toEqual({
      eventId: "trigger-1.2.x",
      event: {
        kind: "command",
        teamId: "T1",
        organisationId: null,
        userId: "U1",
        userTeamId: "T1",
        text: "ask why?",
        channelId: "C1",
        triggerId: "1.2.x",
        responseUrl: "https://hooks.slack.com/commands/1",
      },
    });
    expect(parsed({ ...command, enterprise_id: "E1", is_enterprise_install: "true" }).event).toMatchObject({
      organisationId: "E1",
    });
  });
  it("needs a person, a place and a workspace", () => {
    expect(faultOf({ ...command, user_id: undefined })).toMatch(/^user_id/);
    expect(faultOf({ ...command, team_id: "" })).toBe("team_id (missing)");
  });
});

describe("a click", () => {
  const click = (action: Fields, change: Fields = {}): Fields => ({
    type: "block_actions",
    team: { id: "T1" },
    user: { id: "U1", team_id: "T1" },
    container: {
      type: "message",
      message_ts: "10.2",
      channel_id: "C1",
      thread_ts: "10.1",
      is_ephemeral: false,
    },
    channel: { id: "C1" },
    trigger_id: "1.2.x",
    response_url: "https://hooks.slack.com/actions/1",
    actions: [{ action_id: "feedback", action_ts: "11.1", ...action }],
    ...change,
  });

  it("tells its button, place and person", () => {
    expect(parsed(click({ type: "button", value: "up" }))).toEqual({
      eventId: "trigger-1.2.x",
      event: {
        kind: "click",
        teamId: "T1",
        organisationId: null,
        userId: "U1",
        userTeamId: "T1",
        actionId: "feedback",
        value: "up",
        container: "message",
        channelId: "C1",
        messageTs: "10.2",
        threadTs: "10.1",
        viewId: null,
        values: {},
        triggerId: "1.2.x",
        responseUrl: "https://hooks.slack.com/actions/1",
      },
    });
  });

  it.each<[Fields, string]>([
    [{ type: "button" }, ""],
    [{ type: "feedback_buttons", value: "negative" }, "negative"],
    [{ type: "icon_button", value: "delete" }, "delete"],
    [{ type: "static_select", selected_option: { value: "hr" } }, "hr"],
    [{ type: "static_select", selected_option: null }, ""],
    [{ type: "radio_buttons", selected_option: { value: "all" } }, "all"],
    [{ type: "overflow", selected_option: { value: "more" } }, "more"],
    [{ type: "checkboxes", selected_options: [{ value: "a" }, { value: "b" }] }, "a,b"],
    [{ type: "multi_users_select", selected_users: ["U1", "U2"] }, "U1,U2"],
    [{ type: "users_select", selected_user: "U1" }, "U1"],
    [{ type: "conversations_select", selected_conversation: "C1" }, "C1"],
    [{ type: "channels_select", selected_channel: "C1" }, "C1"],
    [{ type: "datepicker", selected_date: "2026-03-01" }, "2026-03-01"],
    [{ type: "timepicker", selected_time: "10:00" }, "10:00"],
    [{ type: "datetimepicker", selected_date_time: 1_700_000_000 }, "1700000000"],
    [{ type: "plain_text_input", value: "why?" }, "why?"],
  ])("of %j has the value %j", (action, value) => {
    expect(parsed(click(action)).event).toMatchObject({ value });
  });

  it("tells a home tab from a modal and a private message, with what was entered there", () => {
    const state = {
      values: { b1: { ask: { type: "plain_text_input", value: "why?" } }, b2: { ask: { value: "" } } },
    };
    const inView = (type: string): Fields => ({
      container: { type: "view", view_id: "V1" },
      channel: undefined,
      response_url: undefined,
      view: { id: "V1", type, state, app_installed_team_id: "T2" },
    });
    const values = { ask: "why?" };
    const place = { channelId: null, messageTs: null, viewId: "V1", responseUrl: null, teamId: "T2" };
    expect(parsed(click({}, inView("home"))).event).toMatchObject({ ...place, container: "home", values });
    expect(parsed(click({}, inView("modal"))).event).toMatchObject({ ...place, container: "modal", values });
    const ephemeral = { type: "message", message_ts: "10.2", channel_id: "C1", is_ephemeral: true };
    expect(parsed(click({}, { container: ephemeral, state })).event).toMatchObject({
      container: "ephemeral",
      values,
    });
  });

  it("is told apart without a trigger", () => {
    const { eventId } = parsed(click({}, { trigger_id: undefined }));
    expect(eventId).toBe("trigger-C1-10.2-feedback-11.1-U1");
  });

  it("belongs to the workspace or organisation that installed the bot", () => {
    const of = (change: Fields) => parsed(click({}, change)).event;
    const wide = { team: null, enterprise: { id: "E1" }, is_enterprise_install: true };
    expect(of(wide)).toMatchObject({ teamId: "T1", organisationId: "E1" });
    const view = { id: "V1", type: "modal", app_installed_team_id: "E2" };
    expect(of({ view, team: null })).toMatchObject({ teamId: "T1", organisationId: "E2" });
    expect(of({ team: { id: "T3", enterprise_id: "E3" } })).toMatchObject({
      teamId: "T3",
      organisationId: "E3",
    });
  });
});

describe("a form and a shortcut", () => {
  it("tell what was entered", () => {
    const form = {
      type: "view_submission",
      team: { id: "T1" },
      user: { id: "U1" },
      trigger_id: "1.2.x",
      view: {
        id: "V1",
        callback_id: "reason",
        private_metadata: "turn",
        state: {
          values: {
            b: {
              reason: { type: "plain_text_input", value: null },
              kind: { selected_option: { value: "wrong" } },
            },
          },
        },
      },
    };
    expect(parsed(form)).toEqual({
      eventId: "trigger-1.2.x",
      event: {
        kind: "form",
        teamId: "T1",
        organisationId: null,
        userId: "U1",
        userTeamId: "T1",
        callbackId: "reason",
        viewId: "V1",
        privateMetadata: "turn",
        values: { reason: "", kind: "wrong" },
        triggerId: "1.2.x",
      },
    });
  });

  it("ask about a message, of a person or a bot", () => {
    const shortcut = {
      type: "message_action",
      callback_id: "ask_expert",
      team: { id: "T1" },
      user: { id: "U1", team_id: "T1" },
      channel: { id: "C1" },
      message: {
        ts: "10.1",
        thread_ts: "9.1",
        user: "U2",
        text: "the pump leaks",
        files: [{ id: "F1", name: "leak.png" }],
      },
      trigger_id: "1.2.x",
      response_url: "https://hooks.slack.com/app/1",
    };
    expect(parsed(shortcut).event).toMatchObject({
      kind: "shortcut",
      callbackId: "ask_expert",
      channelId: "C1",
      message: { ts: "10.1", threadTs: "9.1", userId: "U2", text: "the pump leaks", files: [{ id: "F1" }] },
    });
    expect(parsed({ ...shortcut, message: { ts: "10.1", bot_id: "B1" } }).event).toMatchObject({
      message: { userId: null, text: "" },
    });
  });

  it.each([
    "view_closed",
    "shortcut",
    "block_suggestion",
    "dialog_submission",
    "interactive_message",
    "url_verification",
  ])("%s is nothing", (type) => {
    expect(faultOf({ type, user: { id: "U1" }, view: {} })).toBeNull();
  });
});
