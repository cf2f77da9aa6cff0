import { ExpertError } from "../../core/errors.ts";
import type { Config } from "../config.ts";
import { appPackage } from "../teams/manifest/app-package.ts";

/** The app for Teams of this configuration, as a zip file. Throws `configuration_invalid`. */
export async function teamsPackage({ TEAMS_APP_ID: appId, PUBLIC_URL: publicUrl }: Config): Promise<Buffer> {
  if (appId === undefined || publicUrl === undefined) {
    throw new ExpertError(
      "configuration_invalid",
      "The app for Teams names its registration and its address.",
      {
        remedy: "Set TEAMS_APP_ID and PUBLIC_URL.",
      },
    );
  }
  return await appPackage({ appId, publicUrl });
}
