import { createRequire } from "node:module";
import { join } from "node:path";
import { existsSync, readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "@jest/globals";
import { Ajv } from "ajv";
import { fromBuffer, type Entry, type ZipFile } from "yauzl";
import { appManifest, appPackage } from "../../adapters/teams/manifest/app-package.ts";
import { commandIds } from "../../adapters/teams/render/verbs.ts";
import { root } from "./repository.ts";

interface Manifest {
  readonly manifestVersion: string;
  readonly id: string;
  readonly bots: readonly {
    readonly botId: string;
    readonly scopes: readonly string[];
    readonly supportsFiles: boolean;
  }[];
  readonly composeExtensions: readonly {
    readonly botId: string;
    readonly commands: readonly {
      readonly id: string;
      readonly type: string;
      readonly context: readonly string[];
    }[];
  }[];
  readonly validDomains: readonly string[];
  readonly webApplicationInfo: { readonly id: string; readonly resource: string };
  readonly authorization: {
    readonly permissions: {
      readonly resourceSpecific: readonly { readonly name: string; readonly type: string }[];
    };
  };
}

const appId = "8f3b2c1d-0000-4a5b-9c6d-7e8f90123456";
const options = { appId, publicUrl: "https://expert.example.com" };
const folder = `${root}manifests/teams/`;
const require = createRequire(import.meta.url);
const schemas = join(require.resolve("@microsoft/app-manifest"), "../json-schemas/teams/");
const text = await appManifest(options);
const manifest = JSON.parse(text) as Manifest;

/** What Microsoft's own schema finds wrong. */
function faults(value: unknown, schemaFile: string): readonly string[] {
  const schema = JSON.parse(readFileSync(`${schemas}v${manifest.manifestVersion}/${schemaFile}`, "utf8")) as {
    $schema?: string;
  };
  // It names draft 4, of which it uses nothing that later drafts read differently.
  delete schema.$schema;
  const check = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    unicodeRegExp: false,
  }).compile(schema);
  return check(value)
    ? []
    : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
}

/** Width, height and colour type of a PNG: https://www.w3.org/TR/png/#11IHDR */
function pngHeader(name: string): readonly number[] {
  const file = readFileSync(folder + name);
  expect(file.subarray(1, 4).toString("latin1")).toBe("PNG");
  return [file.readUInt32BE(16), file.readUInt32BE(20), file.readUInt8(25)];
}

async function unzip(zip: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const file = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  const entries = new Map<string, Buffer>();
  return await new Promise((resolve, reject) => {
    file.on("end", () => {
      resolve(entries);
    });
    file.on("error", reject);
    file.on("entry", (entry: Entry) => {
      file.openReadStream(entry, (error, stream) => {
        if (error) {
          reject(error);
          return;
        }
        void buffer(stream).then((content) => {
          entries.set(entry.fileName, content);
          file.readEntry();
        }, reject);
      });
    });
    file.readEntry();
  });
}

describe("manifests/teams", () => {
  it("is what Microsoft's schema wants, in both languages", () => {
    expect(faults(manifest, "MicrosoftTeams.schema.json")).toEqual([]);
    expect(faults({ ...manifest, unheardOf: true }, "MicrosoftTeams.schema.json")).not.toEqual([]);
    const thai = JSON.parse(readFileSync(`${folder}th.json`, "utf8")) as Record<string, string>;
    expect(faults(thai, "MicrosoftTeams.Localization.schema.json")).toEqual([]);
  });

  it("names this installation in every place, and leaves no placeholder", () => {
    expect(text).not.toContain("${{");
    expect([manifest.id, manifest.bots[0]?.botId, manifest.composeExtensions[0]?.botId]).toEqual([
      appId,
      appId,
      appId,
    ]);
    expect(manifest.validDomains).toEqual(["expert.example.com"]);
    expect(manifest.webApplicationInfo).toEqual({
      id: appId,
      resource: `api://expert.example.com/botid-${appId}`,
    });
  });

  it("offers the bot where the code answers, with the commands that it knows", () => {
    const kinds = ["personal", "groupChat", "channel"];
    expect(manifest.bots[0]).toMatchObject({ supportsFiles: true });
    expect(
      manifest.bots[0]?.scopes.map((scope) => (scope === "team" ? "channel" : scope)).toSorted(),
    ).toEqual(kinds.toSorted());
    const source = readFileSync(`${root}adapters/teams/thread-key.ts`, "utf8");
    for (const kind of kinds) expect(source).toContain(`"${kind}"`);
    const commands = manifest.composeExtensions[0]?.commands ?? [];
    expect(commands.map(({ id }) => id).toSorted()).toEqual(Object.values(commandIds).toSorted());
    expect(commands.map(({ type, context }) => [type, ...context])).toEqual([
      ["query", "compose", "commandBox"],
      ["action", "message"],
      ["action", "message"],
    ]);
  });

  it("asks only to hear follow-ups in the threads of channels", () => {
    expect(manifest.authorization.permissions.resourceSpecific).toEqual([
      { name: "ChannelMessage.Read.Group", type: "Application" },
    ]);
  });

  it("has icons of the sizes that Teams wants, drawn from the sources beside them", () => {
    expect(pngHeader("color.png").slice(0, 2)).toEqual([192, 192]);
    // With transparency; and all that is drawn is white.
    expect(pngHeader("outline.png")).toEqual([32, 32, 6]);
    const outline = readFileSync(`${folder}outline.svg`, "utf8");
    expect([...outline.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour)).toEqual([
      "none",
      "#fff",
      "#fff",
    ]);
    for (const name of ["color.svg", "outline.svg"]) expect(existsSync(folder + name)).toBe(true);
  });

  it("becomes a package with nothing else, the same to the byte each time", async () => {
    const zip = await appPackage(options);
    expect(zip.equals(await appPackage(options))).toBe(true);
    const entries = await unzip(zip);
    expect([...entries.keys()].toSorted()).toEqual(["color.png", "manifest.json", "outline.png", "th.json"]);
    expect(entries.get("manifest.json")?.toString("utf8")).toBe(text);
    expect(entries.get("outline.png")?.equals(readFileSync(`${folder}outline.png`))).toBe(true);
  });
});
