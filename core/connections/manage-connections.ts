import type { AuditEvent, AuditEventName } from "../audit/audit-event.ts";
import type { Database } from "../database.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { Member } from "../identity/member.ts";
import { canManageConnections } from "../identity/policy.ts";
import { type ConnectionId, newId } from "../ids.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import { assertFits, type GivenSecrets, mergeSecrets } from "./connection-input.ts";
import { type Connection, type ConnectionKind, secretsContext } from "./connection.ts";
import { openConnection, sealed } from "./open-connection.ts";

interface ManagePorts {
  readonly database: Pick<Database, "withTenant">;
  readonly secrets: Pick<SecretBox, "seal" | "open">;
}

/** A connection as admins look at it. */
export interface ManagedConnection {
  readonly connection: Connection;
  /** Why its settings or secrets cannot be read; null where they can. */
  readonly fault: string | null;
  /** Calls that are still to be made, and that were given up. */
  readonly calls: { readonly pending: number; readonly dead: number };
}

/** All of the company's, by their names, for admins. Throws `forbidden`. */
export async function listConnections(
  ports: ManagePorts,
  { member }: Identity,
): Promise<readonly ManagedConnection[]> {
  assertMayManage(member);
  const [connections, counts] = await ports.database.withTenant(member.tenantId, (stores) =>
    Promise.all([stores.connections.list(), stores.dispatches.counts()]),
  );
  return connections
    .map((connection) => ({
      connection,
      fault: faultOf(ports, connection),
      calls: counts.get(connection.id) ?? { pending: 0, dead: 0 },
    }))
    .toSorted((one, other) => one.connection.name.localeCompare(other.connection.name));
}

/** One of them. Throws `forbidden` and `not_found`. */
export async function findConnection(
  ports: ManagePorts,
  identity: Identity,
  id: ConnectionId,
): Promise<ManagedConnection> {
  const found = (await listConnections(ports, identity)).find(({ connection }) => connection.id === id);
  if (found) return found;
  throw new ExpertError("not_found", "This connection does not exist.", { remedy: "Load the list again." });
}

/** A connection as an admin writes it; its settings and secrets as its kind wants them. */
export interface NewConnectionInput {
  readonly kind: ConnectionKind;
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: GivenSecrets;
}

/**
 * Connects an outside system. Throws `forbidden`; `invalid_input` with the fault of each field as a fact; and `conflict` where
 * the name is taken.
 */
export async function addConnection(
  { database, secrets: box }: ManagePorts,
  { member }: Identity,
  { kind, name, settings, secrets }: NewConnectionInput,
): Promise<ConnectionId> {
  assertMayManage(member);
  const fitting = assertFits(kind, settings, secrets);
  const id = newId<ConnectionId>();
  const sealedSecrets = box.seal(JSON.stringify(fitting.secrets), secretsContext(id));
  await database.withTenant(member.tenantId, ({ connections }) =>
    connections.add({ id, kind, name, settings: fitting.settings, sealedSecrets, createdBy: member.id }, [
      told(member, "connection.created", id, { kind, name }),
    ]),
  );
  return id;
}

export interface ConnectionChangeInput {
  readonly name?: string | undefined;
  /** All of them, as they are to be. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Those that are exchanged; the others stay. Of those that hold beside each other, the new ones come first. */
  readonly secrets?: GivenSecrets | undefined;
  /** Of secrets that hold beside each other, only the newest from now on. */
  readonly newestSecretOnly?: true | undefined;
  readonly state?: Connection["state"] | undefined;
}

/**
 * Changes what is given. Throws as `addConnection` does, `not_found`, and `conflict` where a policy names it by the name that
 * it is to lose.
 */
export async function changeConnection(
  ports: ManagePorts,
  { member, departments }: Identity,
  id: ConnectionId,
  change: ConnectionChangeInput,
): Promise<void> {
  assertMayManage(member);
  const { database, secrets: box } = ports;
  const { tenantId } = member;
  const before = await database.withTenant(tenantId, ({ connections }) => connections.find(id));
  if (!before)
    throw new ExpertError("not_found", "This connection does not exist.", { remedy: "Load the list again." });
  const { name, state } = change;
  if (name !== undefined && name !== before.name) {
    const naming = departments.filter(({ escalation: { ticket, page } }) =>
      [ticket?.connection, page?.connection].includes(before.name),
    );
    if (naming.length > 0) {
      throw new ExpertError(
        "conflict",
        `Policies name this connection “${before.name}”: ${naming.map(({ slug }) => slug).join(", ")}.`,
        { remedy: "Keep its name, or change those policies first." },
      );
    }
  }
  const rewritten = change.settings !== undefined || change.secrets !== undefined || change.newestSecretOnly;
  const fitting = rewritten ? rewrite(box, before, change) : null;
  const changed = await database.withTenant(tenantId, ({ connections }) =>
    connections.change(
      id,
      {
        ...(name === undefined ? {} : { name }),
        ...(state === undefined ? {} : { state }),
        ...(fitting && {
          settings: fitting.settings,
          sealedSecrets: box.seal(JSON.stringify(fitting.secrets), secretsContext(id)),
        }),
      },
      [
        told(member, state === "off" ? "connection.switched_off" : "connection.changed", id, {
          kind: before.kind,
          name: name ?? before.name,
          // Which ones, never what they are.
          secrets: Object.keys(change.secrets ?? {}),
          ...(change.newestSecretOnly && { newestSecretOnly: true }),
          ...(state !== undefined && { state }),
        }),
      ],
    ),
  );
  if (!changed)
    throw new ExpertError("not_found", "This connection does not exist.", { remedy: "Load the list again." });
}

function rewrite(box: ManagePorts["secrets"], before: Connection, change: ConnectionChangeInput) {
  const given = change.secrets ?? {};
  const settings = change.settings ?? (before.settings as Readonly<Record<string, unknown>>);
  const kept = keptSecrets(box, before);
  const secrets = mergeSecrets(kept, given, change.newestSecretOnly ?? false);
  return assertFits(before.kind, settings, secrets, { before: before.settings, given });
}

/** Those that no longer open have to be given anew. */
function keptSecrets(box: ManagePorts["secrets"], connection: Connection): GivenSecrets {
  try {
    return Object(sealed(box, connection)) as GivenSecrets;
  } catch (error) {
    if (isExpertError(error, "configuration_invalid")) return {};
    throw error;
  }
}

function faultOf({ secrets }: ManagePorts, connection: Connection): string | null {
  try {
    openConnection(secrets, connection.kind, connection);
    return null;
  } catch (error) {
    if (isExpertError(error)) return error.message;
    throw error;
  }
}

export const told = (
  { id: userId }: Member,
  event: AuditEventName,
  resourceId: ConnectionId,
  metadata: NonNullable<AuditEvent["metadata"]>,
  status: AuditEvent["status"] = "success",
): AuditEvent => ({ event, status, userId, resourceType: "connection", resourceId, metadata });

export function assertMayManage(member: Member): void {
  if (canManageConnections(member)) return;
  throw new ExpertError("forbidden", "Only admins manage connections to outside systems.", {
    remedy: "Ask an admin.",
  });
}
