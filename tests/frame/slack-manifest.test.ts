import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { callbackIds } from "../../adapters/slack/handle/form-ids.ts";
import { writeManifest } from "../../adapters/slack/manifest.ts";
import { subscribedEvents, legacyEvents } from "../../adapters/slack/receive/event-names.ts";
import { parseSlackBody } from "../../adapters/slack/receive/parse-body.ts";
import { interactionParsers } from "../../adapters/slack/receive/parse-interaction.ts";
import { noticeParsers } from "../../adapters/slack/receive/parse-notice.ts";
import { root, sourceFiles } from "./repository.ts";

const address = "https://expert.example.com";
const url = z.url({ protocol: /^https$/ }).startsWith(`${address}/slack/`);
const limited = (longest: number) => z.string().min(1).max(longest);

/** The fields that the app uses, with Slack's own limits: https://docs.slack.dev/reference/app-manifest */
const manifestSchema = z.strictObject({
  display_information: z.strictObject({
    name: limited(35),
    description: limited(140),
    long_description: z.string().min(175).max(4_000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    bot_user: z.strictObject({ display_name: limited(80), always_online: z.boolean() }),
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    agent_view: z.strictObject({
      agent_description: limited(300),
      suggested_prompts: z
        .array(z.strictObject({ title: limited(75), message: limited(300) }))
        .min(1)
        .max(4),
    }),
    slash_commands: z.array(
      z.strictObject({
        command: z.string().regex(/^\/[a-z]{1,31}$/),
        description: limited(2_000),
        usage_hint: limited(1_000),
        url: url.optional(),
        should_escape: z.literal(true),
      }),
    ),
    shortcuts: z.array(
      z.strictObject({
        name: limited(24),
        type: z.enum(["message", "global"]),
        callback_id: limited(255),
        description: limited(150),
      }),
    ),
  }),
  oauth_config: z.strictObject({
    redirect_urls: z.array(url).optional(),
    scopes: z.strictObject({ bot: z.array(z.string()) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: url.optional(),
      bot_events: z.array(z.string()).max(100),
    }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: url.optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

const text = await readFile(`${root}manifests/slack.yaml`, "utf8");
const manifest = manifestSchema.parse(parse(text));

const history = ["channels:history", "groups:history", "im:history", "mpim:history"];
const read = ["channels:read", "groups:read", "im:read", "mpim:read"];

/** What each method of the Web API wants of a bot: https://docs.slack.dev/reference/methods */
const scopesOfMethods: Readonly<Record<string, readonly string[]>> = {
  // With the app's own token or none.
  "apps.connections.open": [],
  "oauth.v2.access": [],
  "assistant.threads.setStatus": ["assistant:write"],
  "assistant.threads.setSuggestedPrompts": ["assistant:write"],
  "auth.test": [],
  "chat.appendStream": ["chat:write"],
  "chat.delete": ["chat:write"],
  "chat.getPermalink": [],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write"],
  "chat.startStream": ["chat:write"],
  "chat.stopStream": ["chat:write"],
  "chat.update": ["chat:write"],
  "conversations.history": history,
  "conversations.info": read,
  "conversations.members": read,
  // With one person; several would want mpim:write.
  "conversations.open": ["im:write"],
  "conversations.replies": history,
  "files.info": ["files:read"],
  // With the e-mail address.
  "users.info": ["users:read", "users:read.email"],
  "users.list": ["users:read"],
  "users.lookupByEmail": ["users:read.email"],
  "views.open": [],
  "views.publish": [],
  "views.update": [],
};

/** What each event wants: https://docs.slack.dev/reference/events */
const scopesOfEvents: Readonly<Record<string, readonly string[]>> = {
  app_mention: ["app_mentions:read"],
  "message.channels": ["channels:history"],
  "message.groups": ["groups:history"],
  "message.im": ["im:history"],
  "message.mpim": ["mpim:history"],
  app_home_opened: [],
  member_joined_channel: ["channels:read", "groups:read"],
  member_left_channel: ["channels:read", "groups:read"],
  channel_shared: ["channels:read"],
  channel_unshared: ["channels:read"],
  channel_archive: ["channels:read"],
  channel_unarchive: ["channels:read"],
  channel_rename: ["channels:read"],
  channel_deleted: ["channels:read"],
  group_archive: ["groups:read"],
  group_unarchive: ["groups:read"],
  group_rename: ["groups:read"],
  group_deleted: ["groups:read"],
  user_change: ["users:read"],
  team_join: ["users:read"],
  tokens_revoked: [],
  app_uninstalled: [],
};

/** Every method that the adapter's code calls on a client, wherever the line is broken. */
async function calledMethods(): Promise<readonly string[]> {
  const files = sourceFiles().filter(
    (path) => path.startsWith("adapters/slack/") && /^[^.]+\.ts$/.test(path),
  );
  const sources = await Promise.all(files.map((path) => readFile(`${root}${path}`, "utf8")));
  const calls = sources.flatMap((source) => [
    ...source.matchAll(/\b(?:client|slack)\s*\.\s*(\w+(?:\s*\.\s*\w+){1,2})\s*\(/g),
    ...source.matchAll(/\.apiCall\(\s*["'`]([\w.]+)/g),
  ]);
  return [...new Set(calls.map(([, method = ""]) => method.replaceAll(/\s/g, "")))].toSorted();
}

describe("manifests/slack.yaml", () => {
  it("is what the command prints for the example's address", () => {
    expect(text).toBe(writeManifest({ publicUrl: address, socket: false, oauth: true }));
  });

  it("has every address, and asks for organisations, tokens that expire and no socket", () => {
    const { settings, features, oauth_config: oauth } = manifest;
    expect({ ...settings, event_subscriptions: settings.event_subscriptions.request_url }).toEqual({
      event_subscriptions: `${address}/slack/events`,
      interactivity: { is_enabled: true, request_url: `${address}/slack/interactions` },
      org_deploy_enabled: true,
      socket_mode_enabled: false,
      token_rotation_enabled: true,
    });
    expect(features.slash_commands.map((command) => command.url)).toEqual([`${address}/slack/commands`]);
    expect(oauth.redirect_urls).toEqual([`${address}/slack/oauth_redirect`]);
  });

  it("subscribes to the events that the code parses, and to no other", () => {
    const events = manifest.settings.event_subscriptions.bot_events;
    expect(events).toEqual([...subscribedEvents]);
    const types = new Set(events.map((name) => name.replace(/^message\..*/, "message")));
    const parsed = new Set(["message", "app_mention", ...noticeParsers.keys()]);
    expect(new Set([...types, ...legacyEvents])).toEqual(parsed);
  });

  it("asks for the scopes that the calls, events and features of the code want, and for no other", async () => {
    const methods = await calledMethods();
    expect(methods).toEqual(Object.keys(scopesOfMethods).toSorted());
    const events = manifest.settings.event_subscriptions.bot_events;
    const wanted = [
      ...methods.flatMap((method) => scopesOfMethods[method] ?? []),
      ...events.flatMap((event) => scopesOfEvents[event] ?? [`of the unknown event ${event}`]),
      // Slash commands and shortcuts.
      "commands",
    ];
    expect(manifest.oauth_config.scopes.bot).toEqual([...new Set(wanted)].toSorted());
  });

  it("offers the command and the shortcuts that the code handles", () => {
    const [command, ...more] = manifest.features.slash_commands;
    expect(more).toEqual([]);
    const parsed = parseSlackBody({
      command: command?.command,
      text: "help",
      team_id: "T1",
      channel_id: "C1",
      user_id: "U1",
      trigger_id: "1.2",
      response_url: "https://hooks.slack.com/commands/1",
    });
    expect(parsed?.event).toMatchObject({ kind: "command", text: "help" });
    expect(manifest.features.shortcuts).toEqual([
      expect.objectContaining({ type: "message", callback_id: callbackIds.askAboutMessage }),
      expect.objectContaining({ type: "message", callback_id: callbackIds.addToTicket }),
    ]);
    expect(interactionParsers.has("message_action")).toBe(true);
  });

  it("names no address for Socket Mode, and no expiring tokens for one workspace", () => {
    const one = manifestSchema.parse(parse(writeManifest({ publicUrl: null, socket: true, oauth: false })));
    expect(one.settings).toMatchObject({
      interactivity: { is_enabled: true },
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    });
    expect(JSON.stringify(one)).not.toContain("http");
    expect(one.oauth_config.scopes).toEqual(manifest.oauth_config.scopes);
    const socket = manifestSchema.parse(
      parse(writeManifest({ publicUrl: address, socket: true, oauth: true })),
    );
    expect(JSON.stringify(socket).match(/https:[^"]*/g)).toEqual([`${address}/slack/oauth_redirect`]);
  });
});
