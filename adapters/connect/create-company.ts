import { ExpertError } from "../../core/errors.ts";
import type { CompanyPlan } from "../../core/tenancy/company.ts";
import { type CompanyFile, readCompanyFiles, readCompanyPlan } from "../filesystem/company-folder.ts";
import { type ProvisionedCompany, provisionCompany } from "../postgres/provision.ts";
import { translateError } from "../postgres/translate-error.ts";

export interface NewCompany extends ProvisionedCompany {
  readonly plan: CompanyPlan;
  /** Its pages, labelled as the plan says. */
  readonly files: AsyncGenerator<CompanyFile>;
}

/**
 * Makes a tenant from a folder with a company.yaml, as the schema's owner. Throws `configuration_invalid` for a faulty
 * plan and `conflict` where a company of this slug is there already.
 */
export async function createCompany(
  ownerUrl: string | null,
  folder: string,
  options: { readonly localAccounts: boolean },
): Promise<NewCompany> {
  const plan = await readCompanyPlan(folder);
  if (ownerUrl === null) {
    throw new ExpertError("configuration_invalid", "A company is created by the database's owner.", {
      remedy: "Set DATABASE_OWNER_URL for this command.",
    });
  }
  const company = await provisionCompany(ownerUrl, plan, options).catch((error: unknown) => {
    throw translateError(error);
  });
  if (!company.created) {
    throw new ExpertError("conflict", `There is a company “${plan.slug}” already; it was left as it is.`, {
      remedy: "Give the new one another slug, or add documents with `npm run expert -- ingest`.",
    });
  }
  return { ...company, plan, files: readCompanyFiles(folder, plan) };
}
