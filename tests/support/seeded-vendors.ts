import { openJira } from "../../adapters/jira/open-jira.ts";
import { openPager } from "../../adapters/pagerduty/open-pager.ts";
import { connectionSettings } from "../../core/connections/connection-settings.ts";
import { createJiraPlatform, type JiraPlatform } from "../jira-platform/create-jira-platform.ts";
import type { JiraFault } from "../jira-platform/jira-faults.ts";
import { jiraConnectionTo } from "../jira-platform/jira-under-test.ts";
import type { JiraEdition } from "../jira-platform/present-issue.ts";
import {
  type PagerDutyFault,
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../pagerduty-platform/start-pagerduty-platform.ts";
import { mostFaults, type SimulatedWorld, type VendorsOf } from "./escalation-simulation.ts";
import type { SimulatedTime } from "./simulated-time.ts";

/** How a request ends that does not end well. `done`: what it asks for is done; `late`: after the time-out. */
const faultNames = [
  "busy",
  "broken",
  "broken, done",
  "closed",
  "closed, done",
  "slow",
  "slow, done",
  "late",
] as const;
export type SeededFault = (typeof faultNames)[number];

/** So long an adapter waits for what is not answered: in the simulation, whatever the machine takes for it. */
const timeoutMs = 15_000;
/** What is answered after that time-out comes so much later by the machine's time. */
const lateMs = 80;
const slowMs = 60_000;
const unanswered = { how: "hang" } as const;

function jiraFault(name: SeededFault, doneAfterMs: number): JiraFault {
  switch (name) {
    case "busy":
      return { answer: { status: 429, headers: { "retry-after": "7" } } };
    case "broken":
      return { answer: { status: 500, body: "<html>" } };
    case "broken, done":
      return { answer: { status: 500 }, effect: "done" };
    case "closed":
      return { answer: "close" };
    case "closed, done":
      return { answer: "close", effect: "done" };
    case "slow":
      return { answer: { status: 504 }, delayMs: slowMs };
    case "slow, done":
      return { answer: "usual", effect: "done", delayMs: slowMs };
    case "late":
      return { answer: "usual", effect: "late", delayMs: doneAfterMs };
  }
}

function pagerDutyFault(name: SeededFault): PagerDutyFault {
  switch (name) {
    case "busy":
      return { status: 429, headers: { "ratelimit-reset": "7", "retry-after": "7" } };
    case "broken":
      return { status: 500, body: "<html>" };
    case "broken, done":
      return { status: 500, done: true };
    case "closed":
      return { how: "close" };
    case "closed, done":
      return { how: "close", done: true };
    case "slow":
      return unanswered;
    case "slow, done":
      return { ...unanswered, done: true };
    case "late":
      return { how: "late", ms: lateMs };
  }
}

export interface SeededVendors {
  readonly jira: JiraPlatform;
  readonly pagerDuty: PagerDutyPlatform;
  /** Those that were met. */
  readonly met: readonly SeededFault[];
}

/** Servers for one seed, until they are closed. */
export async function openSeededVendors(
  edition: JiraEdition,
  check: Parameters<typeof startPagerDutyPlatform>[0],
): Promise<{ readonly vendorsOf: VendorsOf<SeededVendors>; close(): Promise<void> }> {
  let world: SimulatedWorld | null = null;
  const here = (): SimulatedWorld => {
    if (!world) throw new Error("the simulation has not begun");
    return world;
  };
  const waits = createWaits();
  const jira = await createJiraPlatform({
    edition,
    now: () => here().time.now(),
    after: (delayMs, work) => {
      here().time.after(delayMs, work);
      waits.end();
    },
  });
  const pagerDuty = await startPagerDutyPlatform(check);
  pagerDuty.onSilence = () => {
    waits.end();
  };
  const routingKey = "0123456789abcdef0123456789abcdef";
  pagerDuty.addService("Operations", routingKey, pagerDuty.addUser("Ana", "ana@small.example"));
  const { settings, secrets } = connectionSettings.pagerduty;
  const pagerConnection = {
    settings: settings.parse({ events_url: pagerDuty.apiUrl, api_url: pagerDuty.apiUrl }),
    secrets: secrets.parse({ routing_key: routingKey, api_token: pagerDuty.token }),
  };

  return {
    vendorsOf(made) {
      world = made;
      const { random, time } = made;
      jira.indexDelayMs = Math.floor(random() * 45_000);
      pagerDuty.now = () => time.ms;
      const met: SeededFault[] = [];
      const next = (): SeededFault | null => {
        if (met.length >= mostFaults || random() < 0.5) return null;
        return faultNames[Math.floor(random() * faultNames.length)] ?? null;
      };
      const failJira = (): void => {
        const fault = jira.faultsLeft() > 0 ? null : next();
        if (fault === null) return;
        met.push(fault);
        jira.fail(jiraFault(fault, timeoutMs + Math.floor(random() * 85_000)));
      };
      const failPagerDuty = (): void => {
        const fault = next();
        if (fault === null) return;
        met.push(fault);
        pagerDuty.fail(pagerDutyFault(fault));
      };
      const ports = { clock: time, timeoutMs, endAfter: waits.begin };
      return {
        jira,
        pagerDuty,
        met,
        open: () => ({
          tickets: timed(openJira(jiraConnectionTo(jira), ports), { time, waits, before: failJira }),
          pager: timed(openPager(pagerConnection, ports), { time, waits, before: failPagerDuty }),
        }),
      };
    },
    async close() {
      await jira.close();
      await pagerDuty.close();
    },
  };
}

/** Waits for answers, of which there is one at a time. */
interface Waits {
  readonly begin: () => AbortSignal;
  /** The one that there is ends without an answer, at its time-out. */
  end(): void;
  /** Whether one ended so since this was asked last. */
  ended(): boolean;
}

function createWaits(): Waits {
  let waiting = new AbortController();
  let ended = false;
  return {
    begin: () => (waiting = new AbortController()).signal,
    end() {
      ended = true;
      const silent = waiting;
      setImmediate(() => {
        silent.abort(new DOMException("It took too long.", "TimeoutError"));
      });
    },
    ended: () => {
      const was = ended;
      ended = false;
      return was;
    },
  };
}

/** Calls of an adapter: before each of them something may be made to fail, and what is waited for in vain takes its time. */
const timed = <T extends object>(
  vendor: T,
  {
    time,
    waits,
    before,
  }: { readonly time: SimulatedTime; readonly waits: Waits; readonly before: () => void },
): T =>
  new Proxy(vendor, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return async (...input: unknown[]): Promise<unknown> => {
        before();
        time.pass(50);
        try {
          return (await Reflect.apply(value, target, input)) as unknown;
        } catch (error) {
          if (waits.ended()) time.pass(timeoutMs);
          throw error;
        }
      };
    },
  });
