import { fileURLToPath } from "node:url";
import type { Database } from "../../core/database.ts";
import type { Identity, People } from "../../core/identity/directory.ts";
import type { BlobStore } from "../../core/knowledge/blob-store.ts";
import { uploadDocument } from "../../core/knowledge/upload-document.ts";
import type { Queue } from "../../core/queue.ts";
import type { ConnectedDatabase } from "./database.ts";
import type { Config } from "../config.ts";
import { readCompanyFiles, readCompanyPlan } from "../filesystem/company-folder.ts";
import { provisionCompany } from "../postgres/provision.ts";

const demoFolder = fileURLToPath(new URL("../../deploy/demo-company", import.meta.url));

interface DemoParts {
  readonly config: Config;
  readonly connected: ConnectedDatabase;
  readonly database: Database;
  readonly people: People;
  readonly blobs: BlobStore;
  readonly queue: Queue;
}

/**
 * Gives an empty embedded database the demo company; its pages are ingested like any upload. Tells the admin who added
 * them, or null where there was nothing to load.
 */
export async function loadDemoCompany(
  parts: DemoParts,
  onProgress: (step: string) => void,
): Promise<Identity | null> {
  const { database, connected, people } = parts;
  const plan = await readCompanyPlan(demoFolder);
  const tenants = await database.tenants();
  if (connected.ownerUrl === null || tenants.some(({ slug }) => slug !== plan.slug)) return null;
  const company = await provisionCompany(connected.ownerUrl, plan, { localAccounts: true });
  const admin = plan.people.find(({ roles }) => roles.includes("admin"));
  const adminId = admin && company.people.get(admin.email);
  const identity = adminId && (await people.identify(company.tenantId, adminId));
  if (!identity || (!company.created && (await isLoaded(database, identity)))) return null;
  onProgress("loading the demo company");
  for await (const file of readCompanyFiles(demoFolder, plan)) {
    const departmentId = company.departments.get(file.departmentSlug);
    if (departmentId === undefined) continue;
    await uploadDocument(parts, { ...file, identity, departmentId, mediaType: "text/markdown" });
  }
  return identity;
}

/** Deleted demo pages stay deleted: they are loaded only where there is no document at all. */
async function isLoaded(database: Database, { member, scope }: Identity): Promise<boolean> {
  const counts = await database.withTenant(member.tenantId, ({ library }) =>
    library.list(scope, { departmentId: null, state: null, text: null, cursor: null, limit: 1 }),
  );
  return counts.items.length > 0;
}
