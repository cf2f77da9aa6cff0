import type { ConnectionHealth } from "../../core/connections/connection.ts";
import { lookAtConnection } from "../../core/connections/test-connection.ts";
import { ExpertError } from "../../core/errors.ts";
import { chooseTenant } from "./choose-account.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { renderTable } from "./table.ts";
import { plain, printJson, type Terminal } from "./terminal.ts";

export interface ConnectionOptions {
  readonly tenant?: string;
}

/** Prints the outside systems of a company, how each answers, and what waits for it. */
export function listConnections(terminal: Terminal, options: ConnectionOptions): Promise<0> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const [all, counts] = await parts.database.withTenant(tenant.id, ({ connections, dispatches }) =>
      Promise.all([connections.list(), dispatches.counts()]),
    );
    const now = parts.clock.now();
    const listed = all.map(({ id, name, kind, state, health }) => {
      const { pending, dead } = counts.get(id) ?? { pending: 0, dead: 0 };
      return { name, kind, state, standing: standingOf(health, now), pending, dead };
    });
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, connections: listed });
    else if (listed.length === 0) terminal.out(`${tenant.slug} is connected to no outside system.\n`);
    else {
      const rows = listed.map(({ name, kind, state, standing, pending, dead }) => [
        plain(name),
        kind,
        state,
        String(pending),
        String(dead),
        plain(standing),
      ]);
      terminal.out(`${renderTable(["name", "kind", "state", "waiting", "given up", "answers"], rows)}\n`);
    }
    return exitCodes.done;
  });
}

function standingOf({ failures, openUntil, lastError, lastWorkedAt }: ConnectionHealth, now: Date): string {
  if (openUntil !== null && openUntil > now) {
    const until = `left alone until ${openUntil.toISOString()}`;
    return failures === 0 ? until : `${until} after ${String(failures)} failures: ${lastError ?? ""}`;
  }
  if (failures > 0) return `failed ${String(failures)} times: ${lastError ?? ""}`;
  return lastWorkedAt === null ? "not used yet" : `worked at ${lastWorkedAt.toISOString()}`;
}

/** Looks at one of them; an endpoint is sent a signed event `test`. */
export function testConnection(terminal: Terminal, name: string, options: ConnectionOptions): Promise<0 | 1> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const all = await parts.database.withTenant(tenant.id, ({ connections }) => connections.list());
    const connection = all.find((one) => one.name === name);
    if (!connection) {
      throw new ExpertError("not_found", `${tenant.slug} has no connection “${name}”.`, {
        remedy:
          all.length === 0
            ? "Add one in the console."
            : `Name one of: ${all.map((one) => one.name).join(", ")}.`,
      });
    }
    const { systems } = parts.escalations;
    const { as, faults } = await lookAtConnection({ ...parts, systems }, tenant.id, connection);
    await parts.audit.append(tenant.id, [
      {
        event: "connection.tested",
        status: faults.length === 0 ? "success" : "error",
        userId: null,
        resourceType: "connection",
        resourceId: connection.id,
        metadata: { name, by: "command_line", faults: faults.map(({ fault }) => fault) },
      },
    ]);
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, name, as, faults });
    else {
      terminal.out(`${plain(name)} works as ${plain(as)}\n`);
      for (const { fault, remedy } of faults)
        terminal.out(`  fault: ${plain(fault)}\n  What to do: ${plain(remedy)}\n`);
    }
    return faults.length === 0 ? exitCodes.done : exitCodes.failed;
  });
}
