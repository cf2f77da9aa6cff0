interface LoginRefusal {
  /** What is wrong, as the end of a sentence. */
  readonly what: string;
  readonly remedy: string;
}

const registration =
  "https://portal.azure.com, Microsoft Entra ID, App registrations, the bot's registration";
const newSecret = `At ${registration}, Certificates & secrets, make a New client secret and set TEAMS_APP_PASSWORD to its Value (not its Secret ID), then restart The Expert.`;
const newCertificate = `At ${registration}, Certificates & secrets, Certificates, upload the certificate of TEAMS_APP_CERTIFICATE, or set TEAMS_APP_CERTIFICATE and TEAMS_APP_KEY to one that is listed there and has not ended, then restart The Expert.`;
const rightIds = `Set TEAMS_APP_ID to the Application (client) ID and TEAMS_APP_TENANT_ID to the Directory (tenant) ID that ${registration}, Overview, shows. Where it is of another type than single, set TEAMS_APP_TYPE too.`;

/**
 * Why Entra gives no token, by its number (learn.microsoft.com, "Microsoft Entra authentication and authorization error
 * codes"). Microsoft may renumber: an unknown one gets the general remedy.
 */
const byNumber: Readonly<Record<string, LoginRefusal>> = {
  AADSTS7000215: { what: "the client secret is wrong", remedy: newSecret },
  AADSTS7000222: { what: "the client secret has expired", remedy: newSecret },
  AADSTS700027: {
    what: "the registration does not have the certificate, or it has ended",
    remedy: newCertificate,
  },
  AADSTS700024: {
    what: "the clock of this machine is wrong",
    remedy: "Let the clock of this machine follow a time server.",
  },
  AADSTS700016: { what: "there is no such registration in this Microsoft tenant", remedy: rightIds },
  AADSTS90002: { what: "there is no such Microsoft tenant", remedy: rightIds },
  AADSTS7000229: {
    what: "the registration has no enterprise application in its Microsoft tenant",
    remedy: `Open ${registration}, Overview, and choose Create Service Principal. ${rightIds}`,
  },
  AADSTS7000112: {
    what: "the app is disabled in its Microsoft tenant",
    remedy:
      "At https://portal.azure.com, Microsoft Entra ID, Enterprise applications, the app, Properties, set Enabled for users to sign-in to Yes.",
  },
};

const other: LoginRefusal = {
  what: "it does not say why in a way that is known here",
  remedy:
    "Set TEAMS_APP_PASSWORD, or TEAMS_APP_CERTIFICATE and TEAMS_APP_KEY, anew from the registration's page Certificates & secrets, and check TEAMS_APP_ID and TEAMS_APP_TENANT_ID.",
};

export const loginRefusal = (number: string): LoginRefusal => byNumber[number] ?? other;
