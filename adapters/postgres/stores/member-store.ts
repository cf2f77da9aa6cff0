import { departmentCalibrationSchema } from "../../../core/approvals/calibration/department-calibration.ts";
import { readPolicy } from "../../../core/approvals/read-policy.ts";
import { readEscalationPolicy } from "../../../core/escalation/read-policy.ts";
import type { MemberStore, NamedPerson } from "../../../core/identity/member-store.ts";
import type { Department, DepartmentRole, LocalAccount, Member } from "../../../core/identity/member.ts";
import type { DepartmentId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

const member: Statement = {
  name: "member",
  text: `
    select u.id, u.tenant_id, u.display_name, u.email, u.roles, u.sessions_valid_after, coalesce((
      select jsonb_object_agg(m.department_id, m.role) from effective_department_members m
      where m.tenant_id = u.tenant_id and m.user_id = u.id), '{}') as departments
    from effective_users u join tenants t on t.id = u.tenant_id where u.id = $1 and u.active and t.active`,
};

const peopleOfIds: Statement = {
  name: "people_of_ids",
  text: `
    select id, display_name as name, email from users where tenant_id = app_tenant() and id = any ($1::uuid[])
    order by display_name, id limit $2`,
};

const peopleOfWords: Statement = {
  name: "people_of_words",
  text: `
    select id, display_name as name, email from users
    where tenant_id = app_tenant() and active and not 'guest' = any (roles)
      and (strpos(lower(display_name), lower($1)) > 0 or strpos(lower(email), lower($1)) > 0)
    order by display_name, id limit $2`,
};

const endSessions: Statement = {
  name: "member_end_sessions",
  text: `
    with ended as (
      update users set sessions_valid_after = greatest(sessions_valid_after, $2) where id = $1 returning id
    ), audited as (${auditInsert(3, "ended")})
    select from ended`,
};

const departments: Statement = {
  name: "departments",
  text: `select * from departments where tenant_id = app_tenant() order by name_en`,
};

const setApprovalPolicy: Statement = {
  name: "department_set_approval_policy",
  text: `
    with changed as (
      update departments set approval_policy = $2 where id = $1 returning id
    ), audited as (${auditInsert(3, "changed", "changed.id")})
    select from changed`,
};

const setEscalationPolicy: Statement = {
  name: "department_set_escalation_policy",
  text: `
    with changed as (
      update departments set escalation_policy = $2 where id = $1 returning id
    ), audited as (${auditInsert(3, "changed", "changed.id")})
    select from changed`,
};

const setCalibration: Statement = {
  name: "department_set_calibration",
  text: `update departments set calibration = $2 where id = $1`,
};

const setApprovalChannel: Statement = {
  name: "member_set_approval_channel",
  text: `update users set approval_channel = $2 where id = $1`,
};

const signedIn: Statement = {
  name: "member_signed_in",
  text: `update users set signed_in_at = greatest(signed_in_at, $2) where id = $1`,
};

const localAccounts: Statement = {
  name: "local_accounts",
  text: `
    select u.tenant_id, c.name as company, u.id, u.email, u.display_name, u.roles
    from users u join companies c on c.tenant_id = u.tenant_id
    where u.tenant_id = app_tenant() and u.active and u.local_account and not 'guest' = any (u.roles)
    order by cardinality(u.roles), u.email`,
};

const companyName: Statement = {
  name: "company_name",
  text: `select name from companies where tenant_id = app_tenant()`,
};

const timeZone: Statement = {
  name: "company_time_zone",
  text: `select company_time_zone() as zone`,
};

interface LocalAccountRow {
  tenant_id: LocalAccount["tenantId"];
  company: string;
  id: LocalAccount["userId"];
  email: string;
  display_name: string;
  roles: LocalAccount["roles"];
}

interface MemberRow {
  id: Member["id"];
  tenant_id: Member["tenantId"];
  display_name: string;
  email: string;
  roles: Member["roles"];
  departments: Record<string, DepartmentRole>;
  sessions_valid_after: Date | null;
}

interface DepartmentRow {
  id: Department["id"];
  slug: string;
  name_en: string;
  name_th: string;
  description_en: string;
  description_th: string;
  icon: string;
  example_questions: string[];
  audience: Department["audience"];
  guests: boolean;
  shareable: boolean;
  instructions: string | null;
  approval_policy: unknown;
  escalation_policy: unknown;
  calibration: unknown;
}

export function memberStore(run: TenantRunner, logger: Logger): MemberStore {
  const doubted = new Set<string>();
  /** Once for each that is found: departments are read with every question. */
  const doubt = (department: string, column: string, error: Error): void => {
    const known = `${department} ${column}`;
    if (doubted.has(known)) return;
    doubted.add(known);
    logger.error("what a department keeps cannot be read", { department, column, error });
  };
  const policyOf = ({ id, approval_policy: kept }: DepartmentRow): Department["approval"] => {
    const { policy, fault } = readPolicy(kept);
    if (fault) doubt(id, "approval_policy", fault);
    return policy;
  };
  const escalationOf = ({ id, escalation_policy: kept }: DepartmentRow): Department["escalation"] => {
    const { policy, fault } = readEscalationPolicy(kept);
    if (fault) doubt(id, "escalation_policy", fault);
    return policy;
  };
  const calibrationOf = ({ id, calibration }: DepartmentRow): Department["calibration"] => {
    if (calibration === null) return null;
    const { data, error } = departmentCalibrationSchema.safeParse(calibration);
    if (error) doubt(id, "calibration", error);
    return data ?? null;
  };
  return {
    async member(id) {
      const [row] = await run<MemberRow>(member, [id]);
      if (!row) return null;
      return {
        id: row.id,
        tenantId: row.tenant_id,
        name: row.display_name,
        email: row.email,
        roles: row.roles,
        departments: new Map(
          Object.entries(row.departments).map(([id, role]) => [id as DepartmentId, role] as const),
        ),
        sessionsValidAfter: row.sessions_valid_after,
      };
    },
    async people(which, atMost) {
      return "ids" in which
        ? await run<NamedPerson>(peopleOfIds, [which.ids, atMost])
        : await run<NamedPerson>(peopleOfWords, [which.words, atMost]);
    },
    async endSessions(id, before, audit) {
      await run(endSessions, [id, before, auditParameter(audit)]);
    },
    async localAccounts() {
      const rows = await run<LocalAccountRow>(localAccounts, []);
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        companyName: row.company,
        userId: row.id,
        email: row.email,
        name: row.display_name,
        roles: row.roles,
      }));
    },
    async companyName() {
      const [row] = await run<{ name: string }>(companyName, []);
      return row?.name ?? "";
    },
    async timeZone() {
      const [row] = await run<{ zone: string }>(timeZone, []);
      return row?.zone ?? "UTC";
    },
    async departments() {
      const rows = await run<DepartmentRow>(departments, []);
      return rows.map((row) => ({
        id: row.id,
        slug: row.slug,
        name: { en: row.name_en, th: row.name_th },
        description: { en: row.description_en, th: row.description_th },
        icon: row.icon,
        exampleQuestions: row.example_questions,
        audience: row.audience,
        guests: row.guests,
        shareable: row.shareable,
        instructions: row.instructions,
        approval: policyOf(row),
        escalation: escalationOf(row),
        calibration: calibrationOf(row),
      }));
    },
    async setApprovalPolicy(department, policy, audit) {
      const values = [department, JSON.stringify(policy), auditParameter(audit)];
      return (await run(setApprovalPolicy, values)).length > 0;
    },
    async setEscalationPolicy(department, policy, audit) {
      const values = [department, JSON.stringify(policy), auditParameter(audit)];
      return (await run(setEscalationPolicy, values)).length > 0;
    },
    async setCalibration(department, calibration) {
      await run(setCalibration, [department, calibration && JSON.stringify(calibration)]);
    },
    async setApprovalChannel(user, channel) {
      await run(setApprovalChannel, [user, channel]);
    },
    async signedIn(user, at) {
      await run(signedIn, [user, at]);
    },
  };
}
