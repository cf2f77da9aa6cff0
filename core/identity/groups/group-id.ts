import { ExpertError } from "../../errors.ts";

/** A directory of people and groups, with its source: `entra:<Microsoft tenant>`. */
export type DirectoryId = `${string}:${string}`;

/** A group with its directory, so that ids of two directories never meet: `entra:<Microsoft tenant>:<object id>`. */
export type GroupId = `${string}:${string}:${string}`;

/** Of a Microsoft tenant, by its id. */
export const entraDirectory = (msTenantId: string): DirectoryId => `entra:${msTenantId.toLowerCase()}`;

export const groupIn = (directory: DirectoryId, id: string): GroupId => `${directory}:${id.toLowerCase()}`;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A group as somebody writes it: whole, or by its object id alone where one Microsoft tenant is configured.
 * @param msTenantId the configured one; null where none is
 * Throws `invalid_input`.
 */
export function readGroupId(written: string, msTenantId: string | null): GroupId {
  const [source, tenant, id, ...more] = written.trim().toLowerCase().split(":");
  if (source === "entra" && uuid.test(tenant ?? "") && uuid.test(id ?? "") && more.length === 0) {
    return `entra:${tenant ?? ""}:${id ?? ""}`;
  }
  if (tenant === undefined && uuid.test(source ?? "") && msTenantId !== null) {
    return groupIn(entraDirectory(msTenantId), source ?? "");
  }
  throw new ExpertError("invalid_input", `${written} is no group of Entra.`, {
    remedy:
      "Give its Object ID as the Entra admin center shows it under Groups, or entra:<tenant ID>:<object ID>.",
  });
}
