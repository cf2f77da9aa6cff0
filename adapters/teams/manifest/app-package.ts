import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

export interface AppPackageOptions {
  /** The bot's registration in Entra, which is the app's id in Teams too. */
  readonly appId: string;
  /** Where people reach this server, without a slash at the end. */
  readonly publicUrl: string;
  /** As 1.0.0: Teams takes a package for an update of the app where it is higher. */
  readonly version?: string;
}

const folder = new URL("../../../manifests/teams/", import.meta.url);
/** What Teams takes in a package: https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/apps-package */
const pictures = ["color.png", "outline.png"] as const;
const translations = ["th.json"] as const;
/** A package of the same content is the same to the byte. */
const noTime = new Date(1980, 0, 1);

/** The manifest of this installation, as JSON. */
export async function appManifest({
  appId,
  publicUrl,
  version = "1.0.0",
}: AppPackageOptions): Promise<string> {
  const template = await readFile(new URL("manifest.json", folder), "utf8");
  const values: Readonly<Record<string, string>> = {
    APP_VERSION: version,
    TEAMS_APP_ID: appId,
    PUBLIC_URL: publicUrl,
    PUBLIC_DOMAIN: new URL(publicUrl).host,
  };
  return template.replaceAll(/\$\{\{(\w+)\}\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** The zip file that an administrator uploads to Teams: manifest, translations and both icons. */
export async function appPackage(options: AppPackageOptions): Promise<Buffer> {
  const zip = new ZipFile();
  const add = (content: Buffer, name: string): void => {
    zip.addBuffer(content, name, { mtime: noTime });
  };
  add(Buffer.from(await appManifest(options)), "manifest.json");
  for (const name of [...translations, ...pictures]) add(await readFile(new URL(name, folder)), name);
  zip.end();
  return await buffer(zip.outputStream);
}
