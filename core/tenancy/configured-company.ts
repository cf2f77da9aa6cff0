import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";

export interface CompanySetting {
  /** The setting that names the company, as in `SLACK_TENANT`. */
  readonly name: string;
  /** The company's slug as it is set; undefined where it is not. */
  readonly slug: string | undefined;
  /** What is to become the company's, in a sentence, as in `Slack's workspace`. */
  readonly of: string;
}

type Companies = Pick<Database, "tenants">;

/**
 * The company that is set, or the only one; null where there are several and none is set. Throws `not_found` where there is no
 * company yet, and `configuration_invalid` where there is none of that name.
 */
export async function configuredCompany(
  database: Companies,
  { name, slug, of }: CompanySetting,
): Promise<TenantId | null> {
  const companies = await database.tenants();
  const [first, ...more] = slug === undefined ? companies : companies.filter((one) => one.slug === slug);
  if (first) return more.length === 0 ? first.id : null;
  if (companies.length === 0) {
    throw new ExpertError("not_found", `There is no company yet that ${of} could belong to.`, {
      remedy: "Create one with `npm run expert -- tenant create FOLDER`.",
    });
  }
  throw new ExpertError(
    "configuration_invalid",
    `${name} names the company “${String(slug)}”, which is not here.`,
    { remedy: `Set it to one of: ${slugsOf(companies)}.` },
  );
}

/** Where there are several companies and nothing says which: `why` is the whole sentence. */
export const companyUnclear = async (
  database: Companies,
  setting: string,
  why: string,
): Promise<ExpertError> =>
  new ExpertError("configuration_invalid", why, {
    remedy: `Set ${setting} to one of: ${slugsOf(await database.tenants())}.`,
  });

const slugsOf = (companies: readonly { readonly slug: string }[]): string =>
  companies.map(({ slug }) => slug).join(", ");
