import type { Parts } from "../../adapters/connect.ts";
import { createCompany, type NewCompany } from "../../adapters/connect/create-company.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Sensitivity } from "../../core/identity/access.ts";
import type { Identity } from "../../core/identity/directory.ts";
import { canUpload } from "../../core/identity/policy.ts";
import type { DepartmentId } from "../../core/ids.ts";
import { type FileToIngest, ingestFiles } from "./ingest-files.ts";
import { printSummary, showProgress } from "./ingest-progress.ts";
import { exitCodes, withParts } from "./run-command.ts";
import type { Terminal } from "./terminal.ts";

/** Makes a company from a folder: its departments, people and pages. */
export function createTenant(terminal: Terminal, folder: string): Promise<0 | 1> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const begun = performance.now();
    const company = await createCompany(parts.connected.ownerUrl, folder, {
      localAccounts: parts.config.LOCAL_ACCOUNTS,
    });
    const { plan } = company;
    terminal.note(
      `Created ${plan.name.en} (${plan.slug}): ${String(plan.departments.length)} departments, ${String(plan.people.length)} people.`,
    );
    const files = await filesOf(parts, company);
    const progress = showProgress(terminal, files.length);
    const outcomes = await ingestFiles(parts, files, progress).finally(progress.stop);
    if (!parts.connected.attached) await parts.database.sealAudit();
    printSummary(terminal, { outcomes, skipped: [], seconds: (performance.now() - begun) / 1000 });
    return outcomes.some(({ result }) => result === "failed") ? exitCodes.failed : exitCodes.done;
  });
}

async function filesOf(parts: Parts, company: NewCompany): Promise<readonly FileToIngest[]> {
  const { tenantId, people, departments } = company;
  const found = await Promise.all([...people.values()].map((user) => parts.people.identify(tenantId, user)));
  const identities = found.filter((identity) => identity !== null);
  const files: FileToIngest[] = [];
  for await (const { departmentSlug, name, sensitivity, content } of company.files) {
    const departmentId = departments.get(departmentSlug);
    if (departmentId === undefined) continue;
    const identity = whoAdds(identities, departmentId, departmentSlug, sensitivity);
    files.push({ identity, departmentId, sensitivity, name, read: () => Promise.resolve(content) });
  }
  return files;
}

function whoAdds(
  identities: readonly Identity[],
  departmentId: DepartmentId,
  slug: string,
  sensitivity: Sensitivity,
): Identity {
  const able = identities.find(({ member, departments }) =>
    departments.some(
      ({ id, ...rest }) => id === departmentId && canUpload(member, { id, ...rest }, sensitivity),
    ),
  );
  if (able) return able;
  throw new ExpertError("forbidden", `Nobody in company.yaml may add ${sensitivity} pages to ${slug}.`, {
    remedy: "Make somebody with the role staff, approver or admin its lead, then add the pages with ingest.",
  });
}
