import type { Database } from "../database.ts";
import { isExpertError } from "../errors.ts";
import { type Installation, type InstallationStore, tokensContext } from "../identity/installation.ts";
import type { SecretBox } from "./secret-box.ts";

/** How long a workspace's tokens are held while they are sealed anew, in milliseconds. */
const holdMs = 10_000;

/**
 * `resealed` with the newest key now; `current`: were already; `busy`: another process was exchanging them, so they come
 * sealed with its newest key; `unreadable`: their key is gone, or they were tampered with.
 */
export type ResealOutcome = "resealed" | "current" | "busy" | "unreadable";

export interface ResealedTokens {
  readonly tenant: string;
  readonly channel: Installation["channel"];
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly outcome: ResealOutcome;
  /** Why they are unreadable; else null. */
  readonly reason: string | null;
}

export interface ResealPorts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly secrets: SecretBox;
}

/** Seals the tokens of every installation with the newest key; afterwards no older key is needed for the readable ones. */
export async function resealTokens({ database, secrets }: ResealPorts): Promise<readonly ResealedTokens[]> {
  const results: ResealedTokens[] = [];
  for (const { id, slug } of await database.tenants()) {
    const installed = await database.withTenant(id, ({ installations }) => installations.list());
    for (const installation of installed) {
      if (installation.sealedTokens === null) continue;
      const { channel, workspaceId, workspaceName } = installation;
      const told = await database.withTenant(id, ({ installations }) =>
        reseal(installations, secrets, installation),
      );
      results.push({ tenant: slug, channel, workspaceId, workspaceName, ...told });
    }
  }
  return results;
}

type Told = Pick<ResealedTokens, "outcome" | "reason">;
const told = (outcome: ResealOutcome, reason: string | null = null): Told => ({ outcome, reason });

async function reseal(
  installations: InstallationStore,
  secrets: SecretBox,
  { channel, workspaceId, sealedTokens: listed }: Installation,
): Promise<Told> {
  if (listed !== null && secrets.isCurrent(listed)) return told("current");
  // The hold keeps a refresh, which replaces the tokens too, from being undone by what was read before it.
  if (!(await installations.beginRefresh(channel, workspaceId, holdMs))) return told("busy");
  const held = await installations.find(channel, workspaceId);
  const sealed = held?.sealedTokens ?? null;
  if (!held || sealed === null) return told("current");
  const { next, result } = sealAnew(secrets, sealed, tokensContext(held));
  await installations.refreshed(channel, workspaceId, next, held.tokensExpireAt);
  return result;
}

function sealAnew(secrets: SecretBox, sealed: string, context: string): { next: string; result: Told } {
  if (secrets.isCurrent(sealed)) return { next: sealed, result: told("current") };
  try {
    return { next: secrets.seal(secrets.open(sealed, context), context), result: told("resealed") };
  } catch (error) {
    if (!isExpertError(error, "configuration_invalid", "internal")) throw error;
    return { next: sealed, result: told("unreadable", error.message) };
  }
}
