import pg from "pg";
import { type DepartmentId, newId, type TenantId, type UserId } from "../../core/ids.ts";
import type { CompanyPlan } from "../../core/tenancy/company.ts";

export interface ProvisionedCompany {
  readonly tenantId: TenantId;
  readonly departments: ReadonlyMap<string, DepartmentId>;
  /** People by e-mail address. */
  readonly people: ReadonlyMap<string, UserId>;
  /** False where a tenant of this slug was there before; it is left as it is. */
  readonly created: boolean;
}

/** Makes a tenant with its departments and people, as the schema's owner, in one transaction. */
export async function provisionCompany(
  ownerUrl: string,
  plan: CompanyPlan,
  { localAccounts }: { readonly localAccounts: boolean },
): Promise<ProvisionedCompany> {
  const client = new pg.Client({ connectionString: ownerUrl });
  // A connection that breaks fails its query; without a listener it would end the process as well.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("begin");
    const provisioned = await provision(client, plan, localAccounts);
    await client.query("commit");
    return provisioned;
  } finally {
    await client.end();
  }
}

async function provision(client: pg.Client, plan: CompanyPlan, local: boolean): Promise<ProvisionedCompany> {
  const inserted = await client.query<{ id: TenantId }>(
    "insert into tenants (id, slug) values ($1, $2) on conflict (slug) do nothing returning id",
    [newId<TenantId>(), plan.slug],
  );
  const created = inserted.rows[0] !== undefined;
  const found = inserted.rows[0] ?? (await tenantBySlug(client, plan.slug));
  const tenantId = found.id;
  await client.query("select set_config('app.tenant_id', $1, true)", [tenantId]);
  if (created) await fill(client, tenantId, plan, local);
  const departments = await client.query<{ slug: string; id: DepartmentId }>(
    "select slug, id from departments where tenant_id = $1",
    [tenantId],
  );
  const people = await client.query<{ email: string; id: UserId }>(
    "select email, id from users where tenant_id = $1",
    [tenantId],
  );
  return {
    tenantId,
    created,
    departments: new Map(departments.rows.map(({ slug, id }) => [slug, id])),
    people: new Map(people.rows.map(({ email, id }) => [email, id])),
  };
}

async function tenantBySlug(client: pg.Client, slug: string): Promise<{ id: TenantId }> {
  const { rows } = await client.query<{ id: TenantId }>("select id from tenants where slug = $1", [slug]);
  const [tenant] = rows;
  if (!tenant) throw new Error(`the tenant ${slug} was removed meanwhile`);
  return tenant;
}

async function fill(client: pg.Client, tenantId: TenantId, plan: CompanyPlan, local: boolean): Promise<void> {
  await client.query("insert into companies (tenant_id, name, settings) values ($1, $2, $3)", [
    tenantId,
    plan.name.en,
    { domain: plan.domain, timeZone: plan.timeZone, name: plan.name, description: plan.description },
  ]);
  const departments = new Map<string, DepartmentId>();
  for (const department of plan.departments) {
    const id = newId<DepartmentId>();
    departments.set(department.slug, id);
    await client.query(
      `insert into departments (id, tenant_id, slug, name_en, name_th, description_en, description_th, icon,
        example_questions, audience, guests, shareable, approval_policy, escalation_policy)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        id,
        tenantId,
        department.slug,
        department.name.en,
        department.name.th,
        department.description.en,
        department.description.th,
        department.icon,
        department.questions.map(({ text }) => text),
        department.audience,
        department.guests,
        department.shareable,
        department.approval,
        department.escalation,
      ],
    );
  }
  for (const person of plan.people) {
    const id = newId<UserId>();
    await client.query(
      "insert into users (id, tenant_id, email, display_name, roles, local_account) values ($1, $2, $3, $4, $5, $6)",
      [id, tenantId, person.email, person.name, person.roles, local],
    );
    await client.query(
      `insert into audit_events (tenant_id, event, status, resource_type, resource_id, metadata)
       values ($1, 'admin.user_created', 'success', 'user', $2, $3)`,
      [tenantId, id, { roles: person.roles }],
    );
    for (const [slug, role] of Object.entries(person.departments)) {
      await client.query(
        "insert into department_members (tenant_id, department_id, user_id, role) values ($1, $2, $3, $4)",
        [tenantId, departments.get(slug), id, role],
      );
    }
  }
}
