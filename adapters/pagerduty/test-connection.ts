import type { SecretsOf, SettingsOf } from "../../core/connections/connection-settings.ts";
import type { ConnectionTest } from "../../core/escalation/ticket-system.ts";
import { findServiceOfKey, findUser, readOnCall, readService } from "./read-rest.ts";
import type { RestClient } from "./rest-client.ts";

type Fault = ConnectionTest["faults"][number];

interface TestedConnection {
  readonly settings: SettingsOf<"pagerduty">;
  readonly secrets: SecretsOf<"pagerduty">;
  /** Null without a REST key. */
  readonly rest: RestClient | null;
  /** Sends an event that PagerDuty takes and drops. */
  readonly knock: () => Promise<void>;
}

/** Looks whether a connection works, without waking anybody. */
export async function testConnection({
  settings,
  secrets,
  rest,
  knock,
}: TestedConnection): Promise<ConnectionTest> {
  await knock();
  const faults: Fault[] = [];
  const isPolled = rest !== null && settings.poll_seconds !== null;
  if (secrets.webhook_secrets.length === 0 && !isPolled) {
    faults.push({
      fault: "Nothing that happens in PagerDuty comes back: there is no webhook secret, and no polling.",
      remedy:
        "In PagerDuty, Integrations, Generic Webhooks (v3), add one to the address of this connection and set its secret.",
    });
  }
  if (!rest) {
    faults.push({
      fault:
        "Without a REST key there are no notes, no responders, no names of who is on call, and no polling.",
      remedy:
        "In PagerDuty, Integrations, API Access Keys, make a key and set it as the connection's REST key.",
    });
    return { as: `an integration of Events API v2 at ${new URL(settings.events_url).host}`, faults };
  }
  const service =
    settings.service_id === null
      ? await findServiceOfKey(rest, secrets.routing_key)
      : await readService(rest, settings.service_id);
  if (!service) {
    faults.push({
      fault:
        settings.service_id === null
          ? "No service has this integration key, so that nobody can be named who is on call."
          : `There is no service ${settings.service_id} that the REST key may read.`,
      remedy: "Set the connection's service_id to the id that the service's address in PagerDuty ends with.",
    });
  }
  const policy = service?.escalation_policy?.id;
  if (service && (policy === undefined || (await readOnCall(rest, policy)).length === 0)) {
    faults.push({
      fault: "Nobody is on call for the service now.",
      remedy: "In PagerDuty, see the service's escalation policy and its schedules.",
    });
  }
  if (settings.from_email === null) {
    faults.push({
      fault: "Notes and requests to join carry nobody's name, so that they are not sent.",
      remedy: "Set the connection's from_email to the e-mail address of a user of PagerDuty.",
    });
  } else if (!(await findUser(rest, settings.from_email))) {
    faults.push({
      fault: `PagerDuty has no user ${settings.from_email}.`,
      remedy: "Set the connection's from_email to the e-mail address of a user of PagerDuty.",
    });
  }
  return { as: service ? `the service ${service.name ?? service.id}` : "a REST key", faults };
}
