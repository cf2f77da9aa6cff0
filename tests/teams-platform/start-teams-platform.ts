import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { startTokenIssuer } from "../teams/token-issuer.ts";
import { faultOfAnswer } from "./check-answer.ts";
import { createDeliveries } from "./deliveries.ts";
import { createDrive } from "./create-drive.ts";
import { faultQueue } from "./faults.ts";
import { httpFront } from "./http-front.ts";
import { messageIds, type PlatformState } from "./platform-state.ts";
import type { ConnectorCall, TeamsPlatform, TeamsPlatformOptions } from "./teams-platform.ts";
import { watchStandStill } from "./stand-still.ts";
import { tenantView } from "./tenants.ts";
import { createThrottle, defaultThrottle } from "./throttles.ts";

/** Starts the local Teams on a free port of 127.0.0.1; see teams-platform.ts for what it does. */
export async function startTeamsPlatform(options: TeamsPlatformOptions = {}): Promise<TeamsPlatform> {
  const { throttle = {}, streams = {}, keepLogs = true, answerWithinMs = 120_000 } = options;
  const { now = () => performance.now() } = options;
  const issuer = options.issuer ?? (await startTokenIssuer());
  let { lifeMs = 120_000 } = streams;
  const state: PlatformState = {
    url: "",
    get serviceUrl() {
      return `${this.url}/amer/`;
    },
    botId: `28:${issuer.appId}`,
    botName: "The Expert",
    streams: {
      gapMs: 1_000,
      allowed: true,
      ...streams,
      get lifeMs() {
        return lifeMs;
      },
    },
    places: new Map(),
    teams: new Map(),
    violations: [],
    nextMessageId: messageIds(),
    now,
  };
  const calls: ConnectorCall[] = [];
  const standStill = watchStandStill();
  const faults = faultQueue();
  const drive = createDrive(state);
  const deliveries = createDeliveries(issuer, () => state.serviceUrl, {
    answerWithinMs,
    keepLogs,
    onAnswer(name, answer) {
      const detail = faultOfAnswer(name, answer);
      if (detail !== null) state.violations.push({ operation: "answer", code: name, detail });
    },
  });
  const server = httpFront({
    state,
    faults,
    throttle: createThrottle(throttle === "off" ? null : { ...defaultThrottle, ...throttle }, {
      now,
      standStill,
    }),
    calls,
    keepLogs,
    drive,
    botToken: issuer.botToken,
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  state.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  return {
    url: state.url,
    serviceUrl: state.serviceUrl,
    issuer,
    botId: state.botId,
    violations: state.violations,
    calls,
    deliveries: deliveries.log,
    drive,
    connect: (bot) => {
      deliveries.connect(bot);
    },
    tenant: ({ name, id = randomUUID() }) => tenantView({ state, deliveries }, { id, name }),
    fail: (fault) => {
      faults.add(fault);
    },
    redeliver: ({ activity }, times = 1) =>
      Promise.all(Array.from({ length: times }, () => deliveries.send(activity))),
    send: (activity, token) => deliveries.send(activity, token),
    forgive: () => state.violations.splice(0).map(({ code }) => code),
    outliveStreams: () => {
      lifeMs = 0;
    },
    settled: () => deliveries.settled(),
    stoodStillMs: standStill.between,
    async close() {
      await deliveries.settled();
      standStill.stop();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      if (!options.issuer) await issuer.close();
    },
  };
}
