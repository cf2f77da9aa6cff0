import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../core/clock.ts";
import type { Consent } from "./authorize-page.ts";
import { createDeliveries } from "./deliveries.ts";
import { faultQueue } from "./faults.ts";
import { fileStore } from "./file-store.ts";
import { httpFront } from "./http-front.ts";
import { addBotUser, install, publicInstallation } from "./installations.ts";
import type { PlatformState } from "./platform-state.ts";
import { newSecret, newSlackId, timestamps } from "./platform-state.ts";
import { defaultLimits } from "./rate-limits.ts";
import { responseUrls } from "./response-urls.ts";
import type { SlackApp, SlackPlatform, SlackPlatformOptions } from "./slack-platform.ts";
import { socketMode } from "./socket-mode.ts";
import { webApi } from "./web-api.ts";
import { workspaceView } from "./workspace.ts";

const defaultApp = (): SlackApp => ({
  id: newSlackId("A"),
  name: "The Expert",
  clientId: "1000000000000.2000000000000",
  clientSecret: newSecret(16),
  signingSecret: newSecret(16),
  verificationToken: newSecret(12),
  appToken: `xapp-1-${newSecret(24)}`,
  scopes: [
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "team:read",
    "users:read",
    "users:read.email",
  ],
  events: [
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
  ],
  redirectUrls: [],
  tokenRotation: false,
});

/** How long Slack keeps a trigger_id, and waits for an acknowledgement. */
const slackPatienceMs = 3_000;
/** By the clock of a machine that may stand still for a while, whatever is not about the limit itself. */
const patienceMs = 60_000;

/** Starts the local Slack on a free port of 127.0.0.1; see slack-platform.ts for what it does. */
export async function startSlackPlatform(options: SlackPlatformOptions = {}): Promise<SlackPlatform> {
  const state = newState(options);
  const { app } = state;
  const sockets = socketMode(state);
  const deliveries = createDeliveries(state, sockets);
  const files = fileStore(state);
  const faults = faultQueue();
  const responses = responseUrls(state);
  const api = webApi({ state, deliveries, sockets, files, faults });
  let consent: Consent | undefined;
  const server = httpFront({ state, api, sockets, files, responses, consent: () => consent });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const parts = {
    state,
    deliveries,
    responses,
    files,
    signIn: (next: Consent) => {
      consent = next;
    },
  };

  return {
    url: state.url,
    apiUrl: `${state.url}/api/`,
    authorizeUrl: `${state.url}/oauth/v2/authorize`,
    app,
    violations: state.violations,
    calls: state.calls,
    deliveries: deliveries.log,
    connect: (bot) => deliveries.connect(bot),
    workspace: ({ name, id = newSlackId("T"), domain, organisation }) => {
      const made = {
        id,
        name,
        domain: domain ?? name.toLowerCase().replaceAll(/\W+/g, "-"),
        organisation: organisation && state.organisations.get(organisation.id),
        people: new Map(),
        channels: new Map(),
        install: undefined,
      };
      state.workspaces.set(id, made);
      if (made.organisation?.install) addBotUser(state, made, made.organisation.install);
      return workspaceView(parts, made);
    },
    organisation: ({ name, id = newSlackId("E") }) => {
      const made = { id, name, install: undefined };
      state.organisations.set(id, made);
      return {
        id,
        name,
        install: (asked = {}) =>
          publicInstallation(
            state,
            install(
              state,
              { organisation: made },
              {
                scopes: asked.scopes ?? app.scopes,
                installer: asked.installer?.id ?? newSlackId("U"),
                rotation: asked.tokenRotation ?? app.tokenRotation,
              },
            ),
          ),
      };
    },
    fail: (fault) => faults.add(fault),
    redeliver: (eventId, how = {}) => deliveries.redeliver(eventId, how),
    send: (request) => deliveries.sendRaw(request),
    verifyUrl: () =>
      deliveries.send({
        kind: "event",
        type: "url_verification",
        team: undefined,
        body: { token: app.verificationToken, challenge: newSecret(24), type: "url_verification" },
      }),
    refreshSockets: (reason = "refresh_requested") => sockets.refresh(reason),
    get socketCount() {
      return sockets.count;
    },
    settled: () => deliveries.settled(),
    close: async () => {
      await sockets.close();
      await deliveries.close();
      await files.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function newState(options: SlackPlatformOptions): PlatformState {
  const clock = options.clock ?? systemClock;
  const app = { ...defaultApp(), ...options.app };
  return {
    clock,
    app,
    limits: options.rateLimits === "off" ? undefined : { ...defaultLimits, ...options.rateLimits },
    streamLifeMs: options.streams?.lifeMs ?? 300_000,
    streamGapMs: options.streams?.gapMs ?? 120_000,
    triggerLifeMs: options.triggerLifeMs ?? (options.clock ? slackPatienceMs : patienceMs),
    acknowledgeWithinMs: options.acknowledgeWithinMs ?? patienceMs,
    ownMessageEvents: options.ownMessageEvents ?? true,
    keepLogs: options.keepLogs ?? true,
    workspaces: new Map(),
    organisations: new Map(),
    tokens: new Map([
      [
        app.appToken,
        {
          token: app.appToken,
          kind: "app",
          install: undefined,
          scopes: ["connections:write"],
          expiresAt: undefined,
          gone: undefined,
        },
      ],
    ]),
    refreshTokens: new Map(),
    codes: new Map(),
    triggers: new Map(),
    violations: [],
    calls: [],
    url: "",
    now: () => clock.now().getTime(),
    nextTs: timestamps(clock),
  };
}
