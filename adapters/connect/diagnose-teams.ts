import { readFile } from "node:fs/promises";
import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import type { ConversationReference } from "../../core/delivery/conversation-reference.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { Config } from "../config.ts";
import { type TeamsProof, teamsProof } from "../config/teams.ts";
import { createBotTokens } from "../teams/client/bot-tokens.ts";
import { createTeamsClient, type TeamsClientSettings } from "../teams/client/create-teams-client.ts";
import { type CertificateFacts, inspectCertificate } from "../teams/diagnose/inspect-certificate.ts";
import { findTestPlace, postTestMessage } from "../teams/diagnose/post-test.ts";
import { type ProbedTeamsAddress, probeTeamsAddress } from "../teams/diagnose/probe-address.ts";
import { type ProbedKeys, probeKeys } from "../teams/diagnose/probe-keys.ts";
import { type AppPackageFacts, readAppPackage } from "../teams/manifest/read-package.ts";
import { diagnoseGroups } from "./groups.ts";
import { teamsClientSettings } from "./teams-client-settings.ts";
import { type ConnectedMicrosoftTenant, listMicrosoftTenants } from "./teams-tenants.ts";

/** Each part of the Teams bot on its own. Every method throws what is wrong. */
export interface TeamsDiagnosis {
  /** TEAMS_APP_CERTIFICATE; null where the app proves itself otherwise. */
  certificate(): CertificateFacts | null;
  /** Asks Entra, or Azure, for the bot's own token: how the app proved itself. */
  login(): Promise<TeamsProof["kind"]>;
  keys(): Promise<ProbedKeys>;
  /** What stands at the address that Teams calls. */
  address(): Promise<ProbedTeamsAddress>;
  /** The app package in a file; null where there is none. */
  package(file: string): Promise<AppPackageFacts | null>;
  tenants(): Promise<readonly ConnectedMicrosoftTenant[]>;
  /** Reads groups of a Microsoft tenant once; null where TEAMS_GRAPH is off. */
  groups(msTenantId: string): ReturnType<typeof diagnoseGroups>;
  /**
   * Posts a message where the name points to and takes it away again.
   * @param wanted see `findTestPlace`.
   */
  postTest(wanted: string): Promise<{
    readonly msTenantId: string;
    readonly kind: ConversationReference["kind"];
    readonly name: string;
  }>;
}

export interface TeamsDiagnosisPorts {
  readonly config: Config;
  readonly clock: Clock;
  readonly openDatabase: () => Promise<Database>;
  /** Longest wait for an answer, in milliseconds; the adapters' own unless told. */
  readonly timeoutMs?: number;
}

export function diagnoseTeams(ports: TeamsDiagnosisPorts): TeamsDiagnosis {
  const { config, clock, openDatabase, timeoutMs } = ports;
  const proof = teamsProof(config);
  const settings = (): TeamsClientSettings => {
    const { TEAMS_APP_ID: appId } = config;
    if (appId === undefined || proof === null) {
      throw new ExpertError("configuration_invalid", "Teams is not set up.", {
        remedy: "Set TEAMS_APP_ID and what proves it, as docs/teams.md says.",
      });
    }
    return { ...teamsClientSettings(config, appId, proof), timeoutMs };
  };
  return {
    certificate: () =>
      proof?.kind === "certificate" ? inspectCertificate(proof.certificate, proof.key) : null,
    async login() {
      const given = settings();
      await createBotTokens(given, { clock }).token();
      return given.proof.kind;
    },
    keys: () => probeKeys(config.TEAMS_OPENID_METADATA_URL, timeoutMs),
    address: () => probeTeamsAddress(config.PUBLIC_URL ?? "", timeoutMs),
    async package(file) {
      const zip = await readFile(file).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      });
      return zip && (await readAppPackage(zip));
    },
    tenants: async () => listMicrosoftTenants({ database: await openDatabase() }),
    groups: (msTenantId) => diagnoseGroups(config, msTenantId, timeoutMs),
    async postTest(wanted) {
      const database = await openDatabase();
      const client = createTeamsClient(settings(), { clock });
      const connected = await listMicrosoftTenants({ database });
      let refusal: ExpertError | null = null;
      for (const { tenantId, msTenantId } of connected) {
        const known = await database.withTenant(tenantId, ({ references }) =>
          references.list("teams", msTenantId),
        );
        const bot = client.bot(msTenantId);
        try {
          const found = await findTestPlace(bot, known, wanted);
          if (!found) continue;
          await postTestMessage(bot, found);
          return { msTenantId, kind: found.kind, name: found.name ?? found.externalId };
        } catch (error) {
          if (!isExpertError(error, "channel_refused")) throw error;
          // An id says nothing of whose it is: another Microsoft tenant may have it.
          refusal = error;
        }
      }
      if (refusal) throw refusal;
      throw new ExpertError("channel_refused", `The bot was told of nothing in Teams called ${wanted}.`, {
        remedy:
          "Name a team by its name or id (19:…), a chat by its id, or a person by e-mail address or Entra object id, and add the app there first.",
      });
    },
  };
}
