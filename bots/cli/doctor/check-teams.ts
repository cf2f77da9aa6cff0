import { join } from "node:path";
import type { Config, SettingName } from "../../../adapters/config.ts";
import type { Diagnosis } from "../../../adapters/connect/diagnose.ts";
import { packageFile } from "../../../adapters/connect/teams-package.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";

const proving: readonly SettingName[] = [
  "TEAMS_APP_ID",
  "TEAMS_APP_TYPE",
  "TEAMS_APP_TENANT_ID",
  "TEAMS_APP_PASSWORD",
  "TEAMS_APP_CERTIFICATE",
  "TEAMS_APP_KEY",
  "TEAMS_LOGIN_URL",
];
const stored: readonly SettingName[] = ["DATABASE_URL", "DATA_DIR"];

type TeamsDiagnosis = Awaited<ReturnType<Diagnosis["teams"]>>;
type Resolved<Name extends keyof TeamsDiagnosis> = Awaited<ReturnType<TeamsDiagnosis[Name]>>;

const types = {
  single: "a registration of one Microsoft tenant",
  multi: "a registration of any Microsoft tenant",
  managed: "a managed identity of Azure",
} as const satisfies Record<Config["TEAMS_APP_TYPE"], string>;

const setup: Check = {
  name: "teams",
  settings: [...proving, "PUBLIC_URL"],
  run({ config }) {
    if (config.TEAMS_APP_ID === undefined) return ok("not set up; docs/teams.md says how");
    const detail = types[config.TEAMS_APP_TYPE];
    if (config.PUBLIC_URL === undefined) {
      return fail(`${detail}, and no address that Teams could call`, "Set PUBLIC_URL.");
    }
    return config.PUBLIC_URL.startsWith("https:")
      ? ok(detail)
      : fail(
          `${detail}; PUBLIC_URL is not https, and Teams calls nothing else`,
          "Put a proxy with a certificate before it, and set PUBLIC_URL to its address.",
        );
  },
};

const dayMs = 86_400_000;
const soonDays = 30;

const login: Check = {
  name: "teams login",
  settings: proving,
  async run({ diagnosis }) {
    const teams = await diagnosis.teams();
    const certificate = teams.certificate();
    const found = certificate && judgeCertificate(certificate, new Date());
    if (found?.status === "fail") return found;
    const kind = await teams.login();
    if (found) return found;
    return kind === "managed"
      ? ok("Azure gives the bot a token by the machine's managed identity")
      : ok(
          "Entra gives the bot a token by its client secret. Note when the secret ends: nobody can look that up by it",
        );
  },
};

type Certificate = NonNullable<Resolved<"certificate">>;

const anew =
  "Make a new certificate, upload it at https://portal.azure.com, Microsoft Entra ID, App registrations, the bot's registration, Certificates & secrets, Certificates, set TEAMS_APP_CERTIFICATE and TEAMS_APP_KEY, and restart The Expert.";

function judgeCertificate({ thumbprint, begins, ends, fitsKey }: Certificate, now: Date): Finding {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const called = `the certificate ${thumbprint}`;
  if (!fitsKey) {
    return fail(
      `TEAMS_APP_KEY is not the key of ${called}`,
      "Set TEAMS_APP_KEY to the private key that the certificate was made with.",
    );
  }
  if (ends <= now) return fail(`${called} has ended on ${day(ends)}`, anew);
  if (begins > now) {
    return fail(
      `${called} begins on ${day(begins)} only`,
      "Wait, take another one, or set the clock of this machine right.",
    );
  }
  const days = Math.floor((ends.getTime() - now.getTime()) / dayMs);
  const detail = `Entra gives the bot a token by ${called}, which ends on ${day(ends)}`;
  return days < soonDays ? warn(`${detail}, in ${String(days)} days`, anew) : ok(detail);
}

const keys: Check = {
  name: "teams keys",
  settings: ["TEAMS_OPENID_METADATA_URL", "TEAMS_TOKEN_ISSUER"],
  async run({ config, diagnosis }) {
    const { issuer, forTeams } = await (await diagnosis.teams()).keys();
    if (issuer !== config.TEAMS_TOKEN_ISSUER) {
      return fail(
        `the keys are those of ${issuer}, and not of ${config.TEAMS_TOKEN_ISSUER}`,
        "Take TEAMS_OPENID_METADATA_URL and TEAMS_TOKEN_ISSUER out of the settings: they are for tests.",
      );
    }
    return forTeams > 0
      ? ok(`Microsoft's ${String(forTeams)} keys for Teams can be read`)
      : fail(
          `none of the keys at ${config.TEAMS_OPENID_METADATA_URL} may sign for Teams`,
          "Take TEAMS_OPENID_METADATA_URL out of the settings; if it is not there, see whether a proxy on the way out changes what it passes on.",
        );
  },
};

/** What needs content, as a form, Teams shows as failed after five seconds. */
const patienceMs = 5_000;

const address: Check = {
  name: "teams address",
  settings: ["PUBLIC_URL", "HOST", "PORT"],
  async run({ config, diagnosis }) {
    if (config.PUBLIC_URL === undefined) return warn("not checked: PUBLIC_URL is not set", "Set PUBLIC_URL.");
    return judgeAddress(await (await diagnosis.teams()).address());
  },
};

function judgeAddress({ url, status, ours, milliseconds }: Resolved<"address">): Finding {
  if (!ours) {
    return status === 404
      ? fail(
          `${url} answers 404: nothing of Teams is there`,
          "Restart The Expert with the TEAMS_… settings, and let your proxy pass /api/messages on to it.",
        )
      : fail(
          `${url} answers ${String(status)}, and not as The Expert does to a message that Teams has not signed`,
          "Let your proxy pass /api/messages on to The Expert, with its body and headers as they are and without a redirect or a sign-in of its own.",
        );
  }
  if (milliseconds > patienceMs) {
    return fail(
      `${url} took ${String(milliseconds)} ms; Teams waits for 5 s`,
      "Look at the load of the proxy and the database.",
    );
  }
  return ok(
    `${url} refuses what Teams has not signed, in ${String(milliseconds)} ms. It is the Messaging endpoint of the Azure Bot, Configuration`,
  );
}

const makePackage = "Make it anew with `npm run expert -- teams package`, and upload it in its place.";

/** @param folder where the command is run, and so writes the package. */
const appPackage = (folder: string): Check => ({
  name: "teams package",
  settings: ["TEAMS_APP_ID", "PUBLIC_URL"],
  async run({ config, diagnosis }) {
    const { TEAMS_APP_ID: appId = "", PUBLIC_URL: publicUrl } = config;
    const found = await (await diagnosis.teams()).package(join(folder, packageFile));
    if (found === null) {
      return ok(`${packageFile} is not in this folder; \`npm run expert -- teams package\` writes it`);
    }
    const others = [found.appId, ...found.botIds].filter((id) => id.toLowerCase() !== appId);
    if (others.length > 0) {
      return fail(`${packageFile} is of another registration: ${String(others[0])}`, makePackage);
    }
    if (found.missing.length > 0) {
      return fail(`${packageFile} lacks ${found.missing.join(", ")}`, makePackage);
    }
    const host = publicUrl === undefined ? undefined : new URL(publicUrl).host;
    return host === undefined || found.domains.includes(host)
      ? ok(`${packageFile}, version ${found.version}, is of this registration and address`)
      : fail(`${packageFile} names another address: ${found.domains.join(", ")}`, makePackage);
  },
});

const tenants: Check = {
  name: "teams tenants",
  settings: [...proving, ...stored],
  after: "database",
  async run({ config, diagnosis }) {
    const { TEAMS_APP_ID: appId, TEAMS_APP_TENANT_ID: home, TEAMS_APP_TYPE: type } = config;
    const found = await (await diagnosis.teams()).tenants();
    const connected = new Set(found.map(({ msTenantId }) => msTenantId));
    if (home !== undefined && !connected.has(home)) {
      return warn(
        `no company has the Microsoft tenant of TEAMS_APP_TENANT_ID yet`,
        "Start The Expert: it connects it. Where there are several companies, set TEAMS_TENANT.",
      );
    }
    if (found.length === 0) {
      return warn(
        "no Microsoft tenant is connected to a company yet",
        "Run `npm run expert -- teams connect --microsoft-tenant ID --tenant SLUG`.",
      );
    }
    const faults = found.flatMap((one) => faultOf(one, { appId, home, type }) ?? []);
    if (faults.length > 0) {
      const remedies = [...new Set(faults.map(({ remedy }) => remedy))].join(" ");
      return fail(faults.map(({ detail }) => detail).join("; "), remedies);
    }
    const told = found.map(describe).join("; ");
    return found.every(({ people, chats, teams }) => people + chats + teams === 0)
      ? warn(
          `${told}: the bot was added nowhere yet`,
          "Upload the package in Teams, choose Add, and write to the bot.",
        )
      : ok(told);
  },
};

type Connected = Resolved<"tenants">[number];

const describe = ({ tenant, msTenantId, people, chats, teams }: Connected): string =>
  `${msTenantId} (${tenant}: ${String(people)} people, ${String(chats)} group chats, ${String(teams)} teams)`;

function faultOf(
  { msTenantId, tenant, state, appId: connectedFor }: Connected,
  {
    appId,
    home,
    type,
  }: { readonly appId: string | undefined; readonly home: string | undefined; readonly type: string },
): { readonly detail: string; readonly remedy: string } | null {
  if (type !== "multi" && msTenantId !== home) {
    return {
      detail: `${msTenantId} (${tenant}) is not the registration's own Microsoft tenant, which alone it serves`,
      remedy: `Release it with \`npm run expert -- teams release --tenant ${tenant} --microsoft-tenant ${msTenantId}\`, or set TEAMS_APP_TYPE=multi where the Azure Bot is of the type Multi Tenant.`,
    };
  }
  if (state !== "active" || connectedFor !== appId) {
    const why = state === "active" ? `for another registration, ${String(connectedFor)}` : "no more";
    return {
      detail: `${msTenantId} (${tenant}) is connected ${why}`,
      remedy: `Run \`npm run expert -- teams connect --tenant ${tenant} --microsoft-tenant ${msTenantId}\`.`,
    };
  }
  return null;
}

const groups: Check = {
  name: "teams groups",
  settings: [...proving, ...stored, "TEAMS_GRAPH", "TEAMS_GRAPH_URL"],
  after: "teams login",
  async run({ config, diagnosis }) {
    const teams = await diagnosis.teams();
    const home = config.TEAMS_APP_TENANT_ID;
    const asked = home === undefined ? (await teams.tenants()).map(({ msTenantId }) => msTenantId) : [home];
    for (const msTenantId of asked) {
      const found = await teams.groups(msTenantId);
      if (found && found.missing.length > 0) {
        return fail(
          `Graph would refuse the app in ${msTenantId}: it lacks ${found.missing.join(" and ")}`,
          `In Entra, App registrations, the bot's registration, API permissions, add ${found.missing.join(" and ")} of Microsoft Graph under Application permissions, and choose Grant admin consent.`,
        );
      }
      if (found?.readable === false) {
        return warn(
          `Graph tells of nobody in ${msTenantId}`,
          "See that people are in this Microsoft tenant.",
        );
      }
    }
    return asked.length === 0
      ? warn("not checked: no Microsoft tenant is connected", "Run `npm run expert -- teams connect`.")
      : ok(`the groups of people in ${asked.join(", ")} can be read`);
  },
};

const placeNames = { person: "the chat with", chat: "the chat", team: "the team", channel: "the channel" };

const testPost = (wanted: string): Check => ({
  name: "teams test post",
  settings: [...proving, ...stored],
  after: "teams tenants",
  async run({ diagnosis }) {
    const { msTenantId, kind, name } = await (await diagnosis.teams()).postTest(wanted);
    return ok(`a message was posted in ${placeNames[kind]} ${name} of ${msTenantId}, and taken away again`);
  },
});

/**
 * @param post what to post a test message in: see `TeamsDiagnosis.postTest`.
 * @param folder where an app package would be.
 */
export function teamsChecks(config: Config, post: string | undefined, folder: string): readonly Check[] {
  if (config.TEAMS_APP_ID === undefined) return [setup];
  const checks = [
    ...[setup, login, keys, address, appPackage(folder), tenants],
    ...(config.TEAMS_GRAPH ? [groups] : []),
  ];
  return post === undefined ? checks : [...checks, testPost(post)];
}
