import type { SecretsOf, SettingsOf } from "../../core/connections/connection-settings.ts";
import type { Pager } from "../../core/escalation/pager.ts";
import { changeOf, peopleOf } from "./incident.ts";
import { keyOfNote, noteText } from "./note-text.ts";
import { pageEvent } from "./page-event.ts";
import {
  findIncident,
  findServiceOfKey,
  findUser,
  readIncident,
  readNotes,
  readOnCall,
  readService,
} from "./read-rest.ts";
import { createRestClient, type RestPorts } from "./rest-client.ts";
import { type EventPorts, type PagerEvent, sendEvent } from "./send-event.ts";
import { testConnection } from "./test-connection.ts";

export interface PagerDutyConnection {
  readonly settings: SettingsOf<"pagerduty">;
  readonly secrets: SecretsOf<"pagerduty">;
}

interface PagerPorts extends RestPorts, EventPorts {
  /** Longest wait for an answer, in milliseconds. */
  readonly timeoutMs?: number;
}

/** PagerDuty's own answers come within a second; it is asked again by the outbox. */
const usualTimeoutMs = 10_000;

/** One connection to PagerDuty; opening it asks nothing. */
export function openPager(
  { settings, secrets }: PagerDutyConnection,
  { timeoutMs = usualTimeoutMs, ...asking }: PagerPorts,
): Pager {
  const { api_token: token, routing_key: routingKey } = secrets;
  const rest =
    token === null ? null : createRestClient(asking, { apiUrl: settings.api_url, token, timeoutMs });
  const send = async (event: PagerEvent): Promise<void> => {
    await sendEvent(asking, { eventsUrl: settings.events_url, routingKey, timeoutMs }, event);
  };

  async function escalationPolicy(key: string | undefined): Promise<string | null> {
    if (!rest) return null;
    const incident = key === undefined ? null : await findIncident(rest, key);
    if (incident?.escalation_policy) return incident.escalation_policy.id;
    const service =
      settings.service_id === null
        ? await findServiceOfKey(rest, routingKey)
        : await readService(rest, settings.service_id);
    return service?.escalation_policy?.id ?? null;
  }

  return {
    system: "pagerduty",
    trigger: async (draft, key) => {
      await send(pageEvent(draft, key));
    },
    acknowledge: async (key) => {
      await send({ event_action: "acknowledge", dedup_key: key });
    },
    resolve: async (key) => {
      await send({ event_action: "resolve", dedup_key: key });
    },
    async read(key) {
      const incident = rest && (await findIncident(rest, key));
      return incident && changeOf(incident, key, await readNotes(rest, incident.id));
    },
    async note(externalId, note) {
      if (!rest || settings.from_email === null) return false;
      const known = await readNotes(rest, externalId);
      if (known.some(({ content }) => keyOfNote(content) === note.key)) return true;
      await rest.post(`/incidents/${encodeURIComponent(externalId)}/notes`, settings.from_email, {
        note: { content: noteText(note) },
      });
      return true;
    },
    async addResponders(externalId, emails, message) {
      if (!rest || settings.from_email === null) return null;
      const requester = await findUser(rest, settings.from_email);
      if (!requester) return null;
      const incident = await readIncident(rest, externalId);
      const asked = new Set([
        ...(incident?.responder_requests ?? []).flatMap(
          ({ responder_request_targets: targets }) =>
            targets?.map(({ responder_request_target: target }) => target?.id) ?? [],
        ),
        ...(incident?.incidents_responders ?? []).map(({ user }) => user?.id),
      ]);
      const missing: string[] = [];
      const targets: { readonly responder_request_target: { readonly id: string; readonly type: string } }[] =
        [];
      for (const email of new Set(emails.map((one) => one.toLowerCase()))) {
        const user = await findUser(rest, email);
        if (!user) missing.push(email);
        else if (!asked.has(user.id)) {
          targets.push({ responder_request_target: { id: user.id, type: "user_reference" } });
        }
      }
      if (targets.length > 0) {
        const path = `/incidents/${encodeURIComponent(externalId)}/responder_requests`;
        await rest.post(path, settings.from_email, {
          requester_id: requester.id,
          message,
          responder_request_targets: targets,
        });
      }
      return missing;
    },
    async onCall(key) {
      const policy = await escalationPolicy(key);
      return policy === null || !rest ? [] : peopleOf(await readOnCall(rest, policy));
    },
    test: () =>
      testConnection({
        settings,
        secrets,
        rest,
        // PagerDuty drops what resolves an alert that is not there, once it has taken the integration key.
        knock: () => send({ event_action: "resolve", dedup_key: "the-expert-connection-test" }),
      }),
  };
}
