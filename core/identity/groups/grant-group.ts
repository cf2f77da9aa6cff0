import type { AuditEvent } from "../../audit/audit-event.ts";
import type { Database } from "../../database.ts";
import { ExpertError } from "../../errors.ts";
import type { TenantId } from "../../ids.ts";
import { departmentRoles } from "../member.ts";
import type { GroupId } from "./group-id.ts";
import { grantableRoles, type GroupGrant } from "./group-store.ts";

/** What somebody wants a group to give: in a department, by its slug, or in the company where none is named. */
export interface GrantWish {
  readonly tenant: TenantId;
  readonly group: GroupId;
  readonly department: string | null;
  readonly role: string;
}

interface GrantPorts {
  readonly database: Pick<Database, "withTenant">;
}

/** Gives what a group is to give; false where it did already. Throws `department_unknown` and `invalid_input`. */
export const grantGroup = (ports: GrantPorts, wish: GrantWish): Promise<boolean> =>
  change(ports, wish, "grant");

/** Takes it back; false where it was not given. Throws as `grantGroup` does. */
export const revokeGroup = (ports: GrantPorts, wish: GrantWish): Promise<boolean> =>
  change(ports, wish, "revoke");

async function change({ database }: GrantPorts, wish: GrantWish, what: "grant" | "revoke"): Promise<boolean> {
  return await database.withTenant(wish.tenant, async ({ members, groups }) => {
    const departments = wish.department === null ? [] : await members.departments();
    const department = departments.find(({ slug }) => slug === wish.department) ?? null;
    if (wish.department !== null && department === null) {
      throw new ExpertError("department_unknown", `There is no department ${wish.department}.`, {
        remedy: `Name one of these: ${departments.map(({ slug }) => slug).join(", ")}.`,
      });
    }
    const grant = grantOf(wish, department?.id ?? null);
    const audit: AuditEvent = {
      event: what === "grant" ? "admin.group_granted" : "admin.group_revoked",
      status: "success",
      userId: null,
      ...(department ? { resourceType: "department", resourceId: department.id } : {}),
      metadata: { group: wish.group, department: wish.department, role: wish.role },
    };
    return await groups[what](grant, [audit]);
  });
}

function grantOf({ group, role }: GrantWish, departmentId: GroupGrant["departmentId"]): GroupGrant {
  const inDepartment = departmentRoles.find((one) => one === role);
  const inCompany = grantableRoles.find((one) => one === role);
  if (departmentId !== null && inDepartment !== undefined) return { group, departmentId, role: inDepartment };
  if (departmentId === null && inCompany !== undefined) return { group, departmentId, role: inCompany };
  throw new ExpertError("invalid_input", `${role} is no role that a group can give there.`, {
    remedy: `In a department give ${departmentRoles.join(" or ")}; in the company, without --department, ${grantableRoles.join(", ")}.`,
  });
}
