import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import type { People } from "../../core/identity/directory.ts";
import { createGroupRefresh, type GroupRefresh } from "../../core/identity/groups/refresh-groups.ts";
import type { Logger } from "../../core/logger.ts";
import type { Config } from "../config.ts";
import { teamsProof } from "../config/teams.ts";
import { diagnoseEntra, type EntraFacts } from "../entra/diagnose.ts";
import { createEntraDirectory } from "../entra/entra-directory.ts";
import { createGraphClient } from "../entra/graph-client.ts";
import { createGraphTokens, type GraphTokenSettings } from "../entra/graph-tokens.ts";

interface GroupPorts {
  readonly config: Config;
  readonly database: Pick<Database, "withTenant">;
  readonly people: Pick<People, "forget">;
  readonly clock: Clock;
  readonly timeoutMs?: number | undefined;
  readonly logger: Logger;
}

/** Reads the groups of people of Teams; null where TEAMS_GRAPH is off. */
export function connectGroups(ports: GroupPorts): GroupRefresh | null {
  const { config, timeoutMs } = ports;
  const found = graphSettings(config);
  if (!found) return null;
  const settings = { ...found, timeoutMs };
  const home = config.TEAMS_APP_TYPE === "multi" ? null : (config.TEAMS_APP_TENANT_ID ?? null);
  const directory = createEntraDirectory(createGraphClient(settings, createGraphTokens(settings)), home);
  return createGroupRefresh({ ...ports, directory }, { maxAgeMs: config.TEAMS_GRAPH_MINUTES * 60_000 });
}

/** A look at Graph with this configuration; null where TEAMS_GRAPH is off. Throws what is wrong. */
export async function diagnoseGroups(
  config: Config,
  msTenantId: string,
  timeoutMs?: number,
): Promise<EntraFacts | null> {
  const settings = graphSettings(config);
  return settings && (await diagnoseEntra({ ...settings, timeoutMs }, msTenantId));
}

function graphSettings(config: Config): GraphTokenSettings | null {
  const proof = teamsProof(config);
  const { TEAMS_APP_ID: appId, TEAMS_LOGIN_URL: loginUrl, TEAMS_GRAPH_URL: graphUrl } = config;
  if (!config.TEAMS_GRAPH || appId === undefined || proof === null || proof.kind === "managed") return null;
  return { appId, proof, loginUrl, graphUrl };
}
