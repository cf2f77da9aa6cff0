import type { ConnectionView } from "../../../bots/http/contract/connection.ts";
import type { WrittenConnection } from "./use-connections.ts";

type Kind = ConnectionView["kind"];

/** A connection as it is being written. */
export interface ConnectionDraft {
  readonly name: string;
  readonly settings: ConnectionView["settings"];
  /** By their names; empty: not given, so that what is kept stays. Of several that hold at once, the new one. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a new one begins with; what is missing is the server's default. */
const begun: Readonly<Record<Kind, ConnectionDraft["settings"]>> = {
  jira: { base_url: "", edition: "cloud", email: "", poll_seconds: 60, attachment_limit_mb: 10 },
  pagerduty: {
    events_url: "https://events.pagerduty.com",
    api_url: "https://api.pagerduty.com",
    from_email: null,
    service_id: null,
    poll_seconds: 60,
  },
  servicenow: { base_url: "", username: "", close_code: "Solution provided", poll_seconds: 60 },
  webhook: { url: "", events: ["escalation.raised", "escalation.resolved"], with_text: false },
};
const suggestedNames: Readonly<Record<Kind, string>> = {
  jira: "jira",
  pagerduty: "on-call",
  servicenow: "servicenow",
  webhook: "webhook",
};

export const newDraft = (kind: Kind): ConnectionDraft => ({
  name: suggestedNames[kind],
  settings: begun[kind],
  secrets: {},
});

export const draftOf = ({ kind, name, settings }: ConnectionView): ConnectionDraft => ({
  name,
  settings: { ...begun[kind], ...settings },
  secrets: {},
});

/** Secrets of which several hold at once. */
export const severalHold = new Set(["webhook_secrets", "signing_secrets"]);

/** As it is sent: secrets that were not given stay out, and empty texts are none. */
export function written({ name, settings, secrets }: ConnectionDraft): WrittenConnection {
  const given = Object.entries(secrets).filter(([, value]) => value.trim() !== "");
  return {
    name: name.trim(),
    settings: Object.fromEntries(
      Object.entries(settings).map(([field, value]) => [
        field,
        value === "" && nullable.has(field) ? null : value,
      ]),
    ),
    secrets: Object.fromEntries(
      given.map(([field, value]) => [field, severalHold.has(field) ? [value.trim()] : value.trim()]),
    ),
  };
}
const nullable = new Set(["email", "from_email", "service_id", "poll_seconds"]);

export const textOf = ({ settings }: ConnectionDraft, field: string): string => {
  const value = settings[field];
  return typeof value === "string" ? value : "";
};

/** 32 random bytes, as letters and digits that survive copying. */
export function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
