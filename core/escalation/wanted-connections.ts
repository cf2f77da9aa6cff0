import type { Connection } from "../connections/connection.ts";
import type { TenantId } from "../ids.ts";
import type { Language } from "../text/language.ts";
import { makes, type WantedLink } from "./choose-links.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";

export interface KnownLink {
  readonly kind: WantedLink["kind"];
  readonly connection: Connection;
}

/** What a policy wants, by the connections that there are. */
export interface WantedConnections {
  readonly known: readonly KnownLink[];
  /** No connection of this name makes such a thing. */
  readonly missing: readonly WantedLink[];
}

/** Finds the connections that a policy names. What cannot be made, or not now, is logged. */
export async function wantedConnections(
  { database, logger }: Pick<EscalationPorts, "database" | "logger">,
  tenant: TenantId,
  wanted: readonly WantedLink[],
): Promise<WantedConnections> {
  const all = await database.withTenant(tenant, ({ connections }) => connections.list());
  const known = wanted.flatMap(({ kind, connection: name }) => {
    const connection = all.find((one) => one.name === name && makes(kind, one));
    return connection ? [{ kind, connection }] : [];
  });
  const missing = wanted.filter(({ kind }) => known.every((one) => one.kind !== kind));
  for (const { connection, kind } of missing)
    logger.warn("a policy names a connection that there is not", { connection, kind });
  for (const { connection } of known.filter(isOff))
    logger.warn("a policy names a connection that is switched off", { connection: connection.name });
  return { known, missing };
}

export const isOff = ({ connection }: KnownLink): boolean => connection.state !== "active";

/** Has the card say of what waits for a connection that is off that it could not be made yet; it is made once that is on. */
export async function failWhatIsOff(
  { database }: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  escalation: Escalation,
  known: readonly KnownLink[],
): Promise<Escalation> {
  let now = escalation;
  for (const { kind, connection } of known.filter(isOff)) {
    const link = escalation.links.find((one) => one.kind === kind && one.state === "pending");
    if (link === undefined) continue;
    const error = switchedOff[escalation.language](connection.name);
    const failed = await database.withTenant(tenant, ({ escalations }) =>
      escalations.linkFailed(link.id, error),
    );
    now = failed ?? now;
  }
  return now;
}

const switchedOff: Readonly<Record<Language, (name: string) => string>> = {
  en: (name) => `The connection “${name}” is switched off; it is made once that is on again.`,
  th: (name) => `การเชื่อมต่อ “${name}” ปิดอยู่ จะสร้างให้เมื่อเปิดใช้อีกครั้ง`,
};
