import { z } from "zod";
import { createGraphClient } from "./graph-client.ts";
import { missingPermissions, permissionsOf } from "./graph-permissions.ts";
import { createGraphTokens, type GraphTokenSettings } from "./graph-tokens.ts";

/** What a look at Graph found. */
export interface EntraFacts {
  /** The application permissions of the app's token; null where it does not tell them. */
  readonly permissions: readonly string[] | null;
  /** What the app still needs; it can read no groups without. */
  readonly missing: readonly string[];
  /** Whether one person's account could be read; not tried where a permission is missing. */
  readonly readable: boolean;
}

const usersSchema = z.object({ value: z.array(z.object({ id: z.string() })) });

/**
 * Asks for a token, looks which permissions it holds, and reads one person and their groups by it. Throws
 * `channel_refused` where Entra or Graph refuses, and `channel_unavailable` where they cannot be asked, with a remedy.
 */
export async function diagnoseEntra(settings: GraphTokenSettings, msTenantId: string): Promise<EntraFacts> {
  const tokens = createGraphTokens(settings);
  const token = await tokens.token(msTenantId, true);
  const permissions = permissionsOf(token);
  const missing = missingPermissions(token);
  if (missing.length > 0) return { permissions, missing, readable: false };
  const graph = createGraphClient(settings, tokens);
  const { value } = usersSchema.parse(await graph.read(msTenantId, "/users?$select=id&$top=1"));
  const [someone] = value;
  if (someone) await graph.read(msTenantId, `/users/${someone.id}/transitiveMemberOf?$select=id&$top=1`);
  return { permissions, missing, readable: someone !== undefined };
}
