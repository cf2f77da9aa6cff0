import { ExpertError } from "../../core/errors.ts";
import type { Config } from "../config.ts";
import { appPackage } from "../teams/manifest/app-package.ts";

/** Where a package is written unless told otherwise, and looked for. */
export const packageFile = "the-expert-teams.zip";

const versionForm = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/;

/** The app for Teams of this configuration, as a zip file. Throws `configuration_invalid` and `invalid_input`. */
export async function teamsPackage(
  { TEAMS_APP_ID: appId, PUBLIC_URL: publicUrl }: Config,
  version?: string,
): Promise<Buffer> {
  if (appId === undefined || publicUrl === undefined) {
    throw new ExpertError(
      "configuration_invalid",
      "The app for Teams names its registration and its address.",
      { remedy: "Set TEAMS_APP_ID and PUBLIC_URL." },
    );
  }
  if (version !== undefined && !versionForm.test(version)) {
    throw new ExpertError("invalid_input", `“${version}” is no version of an app for Teams.`, {
      remedy: "Give three numbers with dots between them, as 1.0.1.",
    });
  }
  return await appPackage({ appId, publicUrl, ...(version === undefined ? {} : { version }) });
}
