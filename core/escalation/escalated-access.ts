import type { Citation } from "../answering/citation.ts";
import { type Access, citedSources, strictestOf } from "../approvals/cited-sources.ts";
import type { Database } from "../database.ts";
import { type Sensitivity, strictness } from "../identity/access.ts";
import type { TenantId } from "../ids.ts";

/** How a file is held that came with a question: it is its asker's, and theirs who read the thread. */
export const fileLabel: Sensitivity = "confidential";

/**
 * The strictest label and the common readers of what is cited, as it stands now, and of what is given. What is cited and
 * stands no more counts as nobody's: nobody knows any longer who might have read it.
 */
export async function accessOfCited(
  ports: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  citations: readonly Citation[],
  from: Access = { label: "public", readers: null },
): Promise<Access> {
  const documents = citations.filter(({ link }) => link === undefined);
  const standing = await citedSources(ports, tenant, documents);
  const access = strictestOf(standing.passages, from);
  const label = [...citations.map(labelOfCitation), access.label].reduce((one, other) =>
    strictness(one) > strictness(other) ? one : other,
  );
  return { label, readers: standing.citations.length < documents.length ? [] : access.readers };
}

const labelOfCitation = ({ link, label }: Citation): Sensitivity =>
  link === undefined ? (label ?? "public") : fileLabel;
