import { z } from "zod";
import { httpsUnlessLocal, type Setting } from "./setting.ts";

const entraId = z
  .guid({ error: "must be a UUID, as the app's registration in Entra shows it" })
  .transform((id) => id.toLowerCase())
  .optional();

/** PEM, with its line ends as they are or written `\n`. */
const pem = (what: string, label: string) =>
  z
    .string()
    .transform((text) => text.replaceAll("\\n", "\n"))
    .refine((text) => new RegExp(`-----BEGIN ${label}-----[^]+-----END ${label}-----`).test(text), {
      error: `must be ${what} in PEM form, with its BEGIN and END lines`,
    })
    .optional();

export const teamsSettings = {
  TEAMS_APP_ID: {
    schema: entraId,
    description: "Application (client) ID of the bot's registration in Entra. Absent: no Teams.",
    example: "00000000-0000-0000-0000-000000000000",
  },
  TEAMS_APP_TYPE: {
    schema: z
      .enum(["single", "multi", "managed"], { error: "must be single, multi or managed" })
      .default("single"),
    description: "single (one Microsoft tenant), multi (any) or managed (a managed identity of Azure).",
    example: "single",
  },
  TEAMS_APP_TENANT_ID: {
    schema: entraId,
    description: "Directory (tenant) ID of the Microsoft tenant that the registration belongs to.",
    example: "00000000-0000-0000-0000-000000000000",
  },
  TEAMS_APP_PASSWORD: {
    schema: z.string().min(1).optional(),
    description: "Client secret of the registration; or give a certificate.",
    example: "change-me",
    secret: true,
  },
  TEAMS_APP_CERTIFICATE: {
    schema: pem("a certificate", "CERTIFICATE"),
    description: "Certificate of the registration in PEM form, instead of a client secret.",
    example: "-----BEGIN CERTIFICATE-----\\n…\\n-----END CERTIFICATE-----",
    secret: true,
  },
  TEAMS_APP_KEY: {
    schema: pem("a private key", "(?:RSA )?PRIVATE KEY"),
    description: "Private key of TEAMS_APP_CERTIFICATE in PEM form, without a passphrase.",
    example: "-----BEGIN PRIVATE KEY-----\\n…\\n-----END PRIVATE KEY-----",
    secret: true,
  },
  TEAMS_TENANT: {
    schema: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens")
      .optional(),
    description: "Slug of the company that TEAMS_APP_TENANT_ID belongs to. Absent: the only company.",
    example: "acme",
  },
  TEAMS_GRAPH: {
    schema: z
      .enum(["on", "off"], { error: "must be on or off" })
      .default("off")
      .transform((value) => value === "on"),
    description:
      "on: groups of Entra, read from Microsoft Graph, give departments and roles (expert groups).",
    example: "off",
  },
  TEAMS_GRAPH_MINUTES: {
    schema: z.coerce.number({ error: "must be a number of minutes" }).int().min(1).max(1_440).default(15),
    description: "After so many minutes a person's groups are read again when they next use Teams.",
    example: "15",
  },
  TEAMS_GRAPH_URL: {
    schema: httpsUnlessLocal()
      .transform((address) => address.replace(/\/+$/, ""))
      .default("https://graph.microsoft.com/v1.0"),
    description: "Address of Microsoft Graph, with its version; another one for national clouds and tests.",
    example: "https://graph.microsoft.com/v1.0",
  },
  TEAMS_LOGIN_URL: {
    schema: httpsUnlessLocal()
      .transform((address) => address.replace(/\/+$/, ""))
      .default("https://login.microsoftonline.com"),
    description: "Where the bot gets its tokens; another address for tests.",
    example: "https://login.microsoftonline.com",
  },
  TEAMS_OPENID_METADATA_URL: {
    schema: httpsUnlessLocal().default("https://login.botframework.com/v1/.well-known/openidconfiguration"),
    description:
      "Where the keys of Teams' tokens are found; on this machine for tests, and messages may then come from this machine unencrypted.",
    example: "https://login.botframework.com/v1/.well-known/openidconfiguration",
  },
  TEAMS_TOKEN_ISSUER: {
    schema: z.string().min(1).default("https://api.botframework.com"),
    description: "Who issues Teams' tokens; another one for tests.",
    example: "https://api.botframework.com",
  },
} as const satisfies Record<string, Setting>;

export type TeamsSettingName = keyof typeof teamsSettings;
type TeamsValues = { readonly [N in TeamsSettingName]: z.output<(typeof teamsSettings)[N]["schema"]> };

/** What proves to Microsoft that the bot is the app. */
export type TeamsProof =
  | { readonly kind: "password"; readonly password: string }
  /** Both in PEM form. */
  | { readonly kind: "certificate"; readonly certificate: string; readonly key: string }
  | { readonly kind: "managed" };

/** How the bot proves itself; null where nothing for it is set. */
export function teamsProof(values: TeamsValues): TeamsProof | null {
  const { TEAMS_APP_CERTIFICATE: certificate, TEAMS_APP_KEY: key, TEAMS_APP_PASSWORD: password } = values;
  if (values.TEAMS_APP_TYPE === "managed") return { kind: "managed" };
  if (certificate !== undefined && key !== undefined) return { kind: "certificate", certificate, key };
  return password === undefined ? null : { kind: "password", password };
}

const secretNames = ["TEAMS_APP_PASSWORD", "TEAMS_APP_CERTIFICATE", "TEAMS_APP_KEY"] as const;

/** What of the Teams settings does not fit together, each with what to set. */
export function* teamsContradictions(values: TeamsValues): Generator<readonly [TeamsSettingName, string]> {
  const { TEAMS_APP_ID: appId, TEAMS_APP_TYPE: type, TEAMS_APP_TENANT_ID: tenantId } = values;
  const { TEAMS_APP_PASSWORD: password, TEAMS_APP_CERTIFICATE: certificate, TEAMS_APP_KEY: key } = values;
  if (appId === undefined) {
    for (const name of ["TEAMS_APP_TENANT_ID", ...secretNames, "TEAMS_TENANT"] as const) {
      if (values[name] !== undefined) yield [name, "needs TEAMS_APP_ID, the bot's registration in Entra"];
    }
    if (values.TEAMS_GRAPH) yield ["TEAMS_GRAPH", "needs TEAMS_APP_ID, the bot's registration in Entra"];
    return;
  }
  if (values.TEAMS_GRAPH && type === "managed") {
    yield ["TEAMS_GRAPH", "cannot be on with a managed identity; use a client secret or a certificate"];
  }
  if (type !== "multi" && tenantId === undefined) {
    yield ["TEAMS_APP_ID", `needs TEAMS_APP_TENANT_ID, as TEAMS_APP_TYPE is ${type}`];
  }
  if (values.TEAMS_TENANT !== undefined && type === "multi" && tenantId === undefined) {
    yield ["TEAMS_TENANT", "needs TEAMS_APP_TENANT_ID, whose company it is"];
  }
  if (certificate !== undefined && key === undefined) {
    yield ["TEAMS_APP_CERTIFICATE", "needs TEAMS_APP_KEY, its private key"];
  }
  if (key !== undefined && certificate === undefined) {
    yield ["TEAMS_APP_KEY", "needs TEAMS_APP_CERTIFICATE, which it belongs to"];
  }
  if (type === "managed") {
    for (const name of secretNames) {
      if (values[name] !== undefined) yield [name, "a managed identity has none; take it out"];
    }
  } else if (password === undefined && certificate === undefined && key === undefined) {
    yield [
      "TEAMS_APP_ID",
      "cannot prove itself; set TEAMS_APP_PASSWORD (Certificates & secrets of the registration), or TEAMS_APP_CERTIFICATE and TEAMS_APP_KEY",
    ];
  } else if (password !== undefined && certificate !== undefined) {
    yield ["TEAMS_APP_PASSWORD", "stands beside TEAMS_APP_CERTIFICATE; set one of them"];
  }
}
