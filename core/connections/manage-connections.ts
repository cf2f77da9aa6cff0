import type { Database } from "../database.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { Department, Member } from "../identity/member.ts";
import { canManageConnections } from "../identity/policy.ts";
import { type ConnectionId, newId } from "../ids.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import { checkConnection } from "./check-connection.ts";
import { type Connection, type ConnectionKind, secretsContext } from "./connection.ts";
import { assertNotMoved, exchangeSecrets, type GivenSecrets } from "./exchange-secrets.ts";
import { openConnection, sealed } from "./open-connection.ts";

export interface ManagePorts {
  readonly database: Pick<Database, "withTenant">;
  readonly secrets: Pick<SecretBox, "seal" | "open">;
}

/** A connection as admins see it: never its secrets. */
export interface ManagedConnection {
  readonly connection: Connection;
  /** Names of the secrets that are set. */
  readonly secretsSet: readonly string[];
  /** Why its settings or secrets cannot be read; null where they can. */
  readonly fault: string | null;
  /** Calls that are still to be made, and that were given up. */
  readonly pending: number;
  readonly dead: number;
}

/** All of the company's, by their names. Throws `forbidden`. */
export async function listConnections(
  ports: ManagePorts,
  { member }: Identity,
): Promise<readonly ManagedConnection[]> {
  assertMayManage(member);
  const [connections, counts] = await ports.database.withTenant(member.tenantId, (stores) =>
    Promise.all([stores.connections.list(), stores.dispatches.counts()]),
  );
  return connections
    .map((connection) => {
      const { pending, dead } = counts.get(connection.id) ?? { pending: 0, dead: 0 };
      const set = Object.entries(keptSecrets(ports, connection)).filter(([, value]) => isSet(value));
      const secretsSet = set.map(([name]) => name);
      return { connection, secretsSet, fault: faultOf(ports, connection), pending, dead };
    })
    .toSorted((one, other) => one.connection.name.localeCompare(other.connection.name));
}

const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== null && value !== "";

/** One of them. Throws `forbidden` and `not_found`. */
export async function findConnection(
  ports: ManagePorts,
  identity: Identity,
  id: ConnectionId,
): Promise<ManagedConnection> {
  const found = (await listConnections(ports, identity)).find(({ connection }) => connection.id === id);
  if (found) return found;
  throw gone();
}

/** Connects an outside system. Throws `forbidden`; `invalid_input` with the fault of each field as a fact; and `conflict` where the name is taken. */
export async function addConnection(
  ports: ManagePorts,
  identity: Identity,
  given: {
    readonly kind: ConnectionKind;
    readonly name: string;
    readonly settings: unknown;
    readonly secrets: unknown;
  },
): Promise<ManagedConnection> {
  const { member } = identity;
  assertMayManage(member);
  const { kind } = given;
  const { name, settings, secrets } = checkConnection(kind, given);
  const id = newId<ConnectionId>();
  await ports.database.withTenant(member.tenantId, ({ connections }) =>
    connections.add(
      { id, kind, name, settings, sealedSecrets: seal(ports, id, secrets), createdBy: member.id },
      [
        {
          event: "connection.created",
          status: "success",
          userId: member.id,
          resourceType: "connection",
          resourceId: id,
          metadata: { kind, name },
        },
      ],
    ),
  );
  return await findConnection(ports, identity, id);
}

/** Only what is given is changed. */
export interface ConnectionChange {
  readonly name?: string | undefined;
  /** All of them, as they are to be. */
  readonly settings?: unknown;
  /** Those that are exchanged, null to take one away; of those that hold beside each other, the new ones come first. */
  readonly secrets?: GivenSecrets | undefined;
  /** Of secrets that hold beside each other, only the newest from now on. */
  readonly newestSecretOnly?: true | undefined;
  readonly state?: Connection["state"] | undefined;
}

/**
 * Changes a connection, or switches it off and on. Throws as `addConnection` does, `not_found`, and `conflict` where a policy
 * names it by the name that it is to lose.
 */
export async function changeConnection(
  ports: ManagePorts,
  identity: Identity,
  id: ConnectionId,
  change: ConnectionChange,
): Promise<ManagedConnection> {
  const { member, departments } = identity;
  const { connection: before } = await findConnection(ports, identity, id);
  const { state, secrets: given, newestSecretOnly = false } = change;
  const rewritten = change.settings !== undefined || given !== undefined || newestSecretOnly;
  const renamed = change.name !== undefined && change.name.trim() !== before.name;
  if (renamed) assertUnnamed(departments, before.name);
  const next = rewritten || renamed ? rewrite(ports, before, change) : null;
  const changed = await ports.database.withTenant(member.tenantId, ({ connections }) =>
    connections.change(
      id,
      {
        ...(renamed && next && { name: next.name }),
        ...(rewritten && next && { settings: next.settings, sealedSecrets: seal(ports, id, next.secrets) }),
        ...(state !== undefined && { state }),
      },
      [
        {
          event: state === "off" ? "connection.switched_off" : "connection.changed",
          status: "success",
          userId: member.id,
          resourceType: "connection",
          resourceId: id,
          metadata: {
            name: next?.name ?? before.name,
            // Which ones, never what they are.
            ...(given !== undefined && { secrets: Object.keys(given).toSorted() }),
            ...(newestSecretOnly && { newestSecretOnly }),
            ...(state !== undefined && { state }),
          },
        },
      ],
    ),
  );
  if (!changed) throw gone();
  return await findConnection(ports, identity, id);
}

function rewrite(ports: ManagePorts, before: Connection, change: ConnectionChange) {
  const { kind, name } = before;
  const { settings = before.settings, secrets: given = {}, newestSecretOnly = false } = change;
  const kept = keptSecrets(ports, before);
  const secrets = exchangeSecrets(kept, given, newestSecretOnly);
  const checked = checkConnection(kind, { name: change.name ?? name, settings, secrets });
  assertNotMoved(kind, { before: before.settings, after: checked.settings }, { kept, given });
  return checked;
}

/** A policy whose connection has another name would escalate to nowhere. */
function assertUnnamed(departments: readonly Department[], name: string): void {
  const naming = departments.filter(({ escalation: { ticket, page } }) =>
    [ticket?.connection, page?.connection].includes(name),
  );
  if (naming.length === 0) return;
  const slugs = naming.map(({ slug }) => slug).join(", ");
  throw new ExpertError("conflict", `Policies name this connection “${name}”: ${slugs}.`, {
    remedy: "Keep its name, or change those policies first.",
  });
}

const seal = ({ secrets: box }: ManagePorts, id: ConnectionId, secrets: object): string =>
  box.seal(JSON.stringify(secrets), secretsContext(id));

/** None where they do not open: then all have to be given anew. */
function keptSecrets({ secrets: box }: ManagePorts, connection: Connection): GivenSecrets {
  try {
    return Object(sealed(box, connection)) as GivenSecrets;
  } catch (error) {
    if (isExpertError(error)) return {};
    throw error;
  }
}

function faultOf({ secrets: box }: ManagePorts, connection: Connection): string | null {
  try {
    openConnection(box, connection.kind, connection);
    return null;
  } catch (error) {
    if (isExpertError(error)) return error.message;
    throw error;
  }
}

function assertMayManage(member: Member): void {
  if (canManageConnections(member)) return;
  throw new ExpertError("forbidden", "Only admins manage connections to outside systems.", {
    remedy: "Ask an admin.",
  });
}

const gone = (): ExpertError =>
  new ExpertError("not_found", "This connection does not exist.", { remedy: "Load the list again." });
