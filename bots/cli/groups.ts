import type { Parts } from "../../adapters/connect.ts";
import { type GrantWish, grantGroup, revokeGroup } from "../../core/identity/groups/grant-group.ts";
import { readGroupId } from "../../core/identity/groups/group-id.ts";
import { chooseTenant } from "./choose-account.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { renderTable } from "./table.ts";
import { printJson, type Terminal } from "./terminal.ts";

export interface GroupListOptions {
  readonly tenant?: string;
}

export interface GroupGrantOptions extends GroupListOptions {
  readonly group: string;
  readonly department?: string;
  readonly role: string;
}

/** Lets a group give everyone in it a place in a department, or a role in the company. */
export const grantToGroup = (terminal: Terminal, options: GroupGrantOptions): Promise<0> =>
  change(terminal, options, {
    make: grantGroup,
    done: (what) => `${what} from now on.`,
    before: (what) => `${what} already.`,
  });

/** Takes it back. */
export const revokeFromGroup = (terminal: Terminal, options: GroupGrantOptions): Promise<0> =>
  change(terminal, options, {
    make: revokeGroup,
    done: (what) => `No more: ${what}.`,
    before: (what) => `That was not given: ${what}.`,
  });

interface Change {
  readonly make: (parts: Pick<Parts, "database">, wish: GrantWish) => Promise<boolean>;
  readonly done: (what: string) => string;
  readonly before: (what: string) => string;
}

function change(terminal: Terminal, options: GroupGrantOptions, { make, done, before }: Change): Promise<0> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const { role, department = null } = options;
    const group = readGroupId(options.group, parts.config.TEAMS_APP_TENANT_ID ?? null);
    const changed = await make(parts, { tenant: tenant.id, group, department, role });
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, group, department, role, changed });
    else {
      const what = `${group} gives ${role} in ${department ?? tenant.slug}`;
      terminal.out(`${(changed ? done : before)(what)}\n`);
    }
    if (!parts.config.TEAMS_GRAPH) terminal.note("Groups are not read here: set TEAMS_GRAPH=on.");
    return exitCodes.done;
  });
}

/** Prints what groups give in a company. */
export function listGroups(terminal: Terminal, options: GroupListOptions): Promise<0> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const [granted, departments] = await parts.database.withTenant(tenant.id, ({ groups, members }) =>
      Promise.all([groups.grants(), members.departments()]),
    );
    const slugs = new Map(departments.map(({ id, slug }) => [id, slug]));
    const grants = granted.map(({ group, departmentId, role }) => ({
      group,
      department: departmentId === null ? null : (slugs.get(departmentId) ?? null),
      role,
    }));
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, grants });
    else if (grants.length === 0) terminal.out(`No group gives anything in ${tenant.slug}.\n`);
    else {
      const rows = grants.map(({ group, department, role }) => [group, department ?? "–", role]);
      terminal.out(`${renderTable(["group", "department", "role"], rows)}\n`);
    }
    return exitCodes.done;
  });
}
