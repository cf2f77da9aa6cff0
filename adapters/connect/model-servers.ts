import { join } from "node:path";
import type { Database } from "../../core/database.ts";
import type { DepartmentId, TenantId } from "../../core/ids.ts";
import type { ModelCall } from "../../core/inference/model-call.ts";
import type { ModelServerSettings } from "../../core/inference/routing/model-routes.ts";
import type { SettingsToCheck } from "../model/model-error.ts";
import type { OpenAiConnection } from "../model/openai-client.ts";

/** Where processes note the servers that they leave alone. */
export const breakerNotesFolder = ({ DATA_DIR }: { readonly DATA_DIR: string }): string =>
  join(DATA_DIR, "model-servers");

/** How one configured server is spoken to. */
export const connectionTo = ({
  name,
  baseUrl,
  apiKey,
  apiVersion,
  fromFile,
}: ModelServerSettings): OpenAiConnection & {
  readonly name: string;
  readonly settings?: SettingsToCheck;
} => ({
  name,
  baseUrl,
  ...(apiKey === null ? {} : { apiKey }),
  ...(apiVersion === null ? {} : { azureApiVersion: apiVersion }),
  ...(fromFile ? { settings: { key: `the key of ${name}`, address: `base_url of ${name}` } } : {}),
});

/** How long a department's name is taken as it was, in milliseconds. */
const keptMs = 60_000;

/** The company's slug, a slash and the department's slug of a call; null where it is in no department's name. */
export function createDepartmentNames(
  database: Pick<Database, "tenants" | "withTenant">,
): (call: ModelCall) => Promise<string | null> {
  const known = new Map<string, string>();
  const keyOf = (tenant: TenantId, department: DepartmentId): string => `${tenant}/${department}`;
  let readAt = -Infinity;
  return async ({ tenantId, departmentId }) => {
    if (departmentId === null) return null;
    if (performance.now() - readAt > keptMs) known.clear();
    const found = known.get(keyOf(tenantId, departmentId));
    if (found !== undefined) return found;
    if (known.size === 0) readAt = performance.now();
    const tenant = (await database.tenants()).find(({ id }) => id === tenantId);
    if (!tenant) return null;
    const departments = await database.withTenant(tenantId, ({ members }) => members.departments());
    for (const { id, slug } of departments) known.set(keyOf(tenantId, id), `${tenant.slug}/${slug}`);
    return known.get(keyOf(tenantId, departmentId)) ?? null;
  };
}
