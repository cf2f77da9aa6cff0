import type { Parts } from "../../adapters/connect.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Identity } from "../../core/identity/directory.ts";
import { type Department, type LocalAccount, roles } from "../../core/identity/member.ts";
import type { TenantId } from "../../core/ids.ts";

export interface Tenant {
  readonly id: TenantId;
  readonly slug: string;
}

type AccountParts = Pick<Parts, "database" | "people" | "audit">;

/** The tenant of the slug, or the only one. Throws `not_found` or `invalid_input`. */
export async function chooseTenant({ database }: AccountParts, slug: string | undefined): Promise<Tenant> {
  const tenants = await database.tenants();
  const names = tenants.map((tenant) => tenant.slug).join(", ");
  if (tenants.length === 0) {
    throw new ExpertError("not_found", "There is no company here yet.", {
      remedy: "Create one with `npm run expert -- tenant create FOLDER`.",
    });
  }
  if (slug === undefined && tenants.length > 1) {
    throw new ExpertError("invalid_input", "There are several companies here.", {
      remedy: `Say which one with --tenant: ${names}.`,
    });
  }
  const tenant = slug === undefined ? tenants[0] : tenants.find((one) => one.slug === slug);
  if (tenant) return tenant;
  throw new ExpertError("not_found", `There is no company “${String(slug)}” here.`, {
    remedy: `Name one of: ${names}.`,
  });
}

export interface AccountWish {
  readonly tenant: Tenant;
  /** An e-mail address; without it the least privileged account that is allowed to. */
  readonly email: string | undefined;
  readonly allowed: (identity: Identity) => boolean;
}

/**
 * The local account that a command acts as, signed in and audited. Throws `not_found` where there is no such account;
 * where none is allowed to, gives the least privileged: the use case itself then says what is not allowed.
 */
export async function signIn(
  parts: AccountParts,
  { tenant, email, allowed }: AccountWish,
): Promise<Identity> {
  const accounts = await parts.database.withTenant(tenant.id, ({ members }) => members.localAccounts());
  const wanted = email === undefined ? byPrivilege(accounts) : accounts.filter((one) => one.email === email);
  const identities: Identity[] = [];
  for (const { userId } of wanted) {
    const identity = await parts.people.identify(tenant.id, userId);
    if (!identity) continue;
    identities.push(identity);
    if (allowed(identity)) break;
  }
  const chosen = identities.find(allowed) ?? identities[0];
  if (!chosen) throw unknownAccount(tenant, email, accounts);
  await parts.audit.append(tenant.id, [
    {
      event: "auth.login",
      status: "success",
      userId: chosen.member.id,
      metadata: { method: "command_line" },
    },
  ]);
  return chosen;
}

/** The department of the slug that the person may ask. Throws `department_unknown`, naming those there are. */
export function requireDepartment({ departments, scope }: Identity, slug: string): Department {
  const open = departments.filter(({ id }) => scope.departments.has(id));
  const department = open.find((one) => one.slug === slug);
  if (department) return department;
  throw new ExpertError("department_unknown", `There is no department “${slug}” that this account can ask.`, {
    remedy: `Name one of: ${open.map((one) => one.slug).join(", ")}.`,
  });
}

const highest = (account: LocalAccount): number =>
  Math.max(-1, ...account.roles.map((role) => roles.indexOf(role)));

const byPrivilege = (accounts: readonly LocalAccount[]): readonly LocalAccount[] =>
  accounts.toSorted((a, b) => highest(a) - highest(b));

function unknownAccount(
  { slug }: Tenant,
  email: string | undefined,
  accounts: readonly LocalAccount[],
): ExpertError {
  if (accounts.length === 0) {
    return new ExpertError("not_found", `${slug} has no local account that a command could act as.`, {
      remedy: "Create the company with LOCAL_ACCOUNTS=true, or ask in the browser.",
    });
  }
  return new ExpertError("not_found", `There is no local account ${email ?? ""} at ${slug}.`, {
    remedy: `Name one of: ${accounts.map((account) => account.email).join(", ")}.`,
  });
}
