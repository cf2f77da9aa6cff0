import type { Connection } from "../connections/connection.ts";
import type { Language } from "../text/language.ts";
import { makes, wantedLinks } from "./choose-links.ts";
import type { LinkView } from "./escalation-view.ts";
import type { Escalation, EscalationLink } from "./escalation.ts";

/** An escalation's ticket and incident as they are shown, in this order, with what could not even be begun. */
export function presentLinks(
  escalation: Escalation,
  connections: readonly Connection[],
  named: boolean,
): readonly LinkView[] {
  const links = [
    ...escalation.links.map((link) => presentLink(link, escalation, connections, named)),
    ...missingLinks(escalation, connections),
  ];
  return (["ticket", "page"] as const).flatMap((kind) => links.filter((link) => link.kind === kind));
}

function presentLink(
  link: EscalationLink,
  { policy }: Escalation,
  connections: readonly Connection[],
  named: boolean,
): LinkView {
  const { kind, connectionId, state, externalKey, url, status, assignees, resolution, createdAt, error } =
    link;
  const connection = connections.find(({ id }) => id === connectionId);
  return {
    kind,
    system: systemOf(connection) ?? expectedSystem(kind, policy),
    state,
    name: externalKey,
    url,
    status,
    assignees: named ? assignees.map(({ name }) => name) : null,
    resolution,
    madeAt: createdAt?.toISOString() ?? null,
    error,
  };
}

/** What the policy wanted where no connection of the name that it gives makes such a thing. */
function missingLinks(
  { policy, raised, severity, links, language }: Escalation,
  connections: readonly Connection[],
): readonly LinkView[] {
  const wanted = raised.flatMap(({ trigger }) => wantedLinks(policy, trigger, severity));
  return (["ticket", "page"] as const).flatMap((kind): readonly LinkView[] => {
    const link = wanted.find((one) => one.kind === kind);
    if (link === undefined || links.some((one) => one.kind === kind)) return [];
    const known = connections.some((one) => one.name === link.connection && makes(kind, one));
    return [
      {
        kind,
        system: expectedSystem(kind, policy),
        state: "failed",
        name: null,
        url: null,
        status: null,
        assignees: [],
        resolution: null,
        madeAt: null,
        error: (known ? faults.lateConnection : faults.noConnection)[language](link.connection),
      },
    ];
  });
}

const faults = {
  noConnection: {
    en: (name) => `There is no connection “${name}” for it. Administrators add it in the web console.`,
    th: (name) => `ไม่มีการเชื่อมต่อชื่อ “${name}” ผู้ดูแลระบบเพิ่มได้ในเว็บคอนโซล`,
  },
  lateConnection: {
    en: (name) => `The connection “${name}” was not there when it was to be made.`,
    th: (name) => `ยังไม่มีการเชื่อมต่อชื่อ “${name}” ในตอนที่ต้องสร้าง`,
  },
} as const satisfies Record<string, Readonly<Record<Language, (name: string) => string>>>;

const systemOf = (connection: Connection | undefined): LinkView["system"] | null =>
  connection === undefined || connection.kind === "webhook" ? null : connection.kind;

/** Which system a policy means whose connection is unknown: Jira is told its project. */
const expectedSystem = (kind: LinkView["kind"], { ticket }: Escalation["policy"]): LinkView["system"] =>
  kind === "page" ? "pagerduty" : ticket?.project == null ? "servicenow" : "jira";
