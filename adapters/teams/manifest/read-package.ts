import { text } from "node:stream/consumers";
import { fromBufferPromise } from "yauzl";
import { z } from "zod";
import { ExpertError } from "../../../core/errors.ts";

/** What an app package says of itself. */
export interface AppPackageFacts {
  readonly version: string;
  readonly appId: string;
  /** Whom its chats and message extension speak to. */
  readonly botIds: readonly string[];
  readonly domains: readonly string[];
  /** Files that its manifest names and it does not hold. */
  readonly missing: readonly string[];
}

const manifestSchema = z.object({
  version: z.string(),
  id: z.string(),
  bots: z.array(z.object({ botId: z.string() })).default([]),
  composeExtensions: z.array(z.object({ botId: z.string() })).default([]),
  validDomains: z.array(z.string()).default([]),
  icons: z.object({ color: z.string(), outline: z.string() }),
  localizationInfo: z
    .object({ additionalLanguages: z.array(z.object({ file: z.string() })).default([]) })
    .default({ additionalLanguages: [] }),
});

/** Far beyond any manifest, in bytes. */
const manifestLimit = 1_000_000;

/** Reads the package's manifest. Throws `invalid_input` where it is no app package. */
export async function readAppPackage(zip: Uint8Array): Promise<AppPackageFacts> {
  try {
    const { names, manifest } = await readZip(Buffer.from(zip));
    const { version, id, bots, composeExtensions, validDomains, icons, localizationInfo } =
      manifestSchema.parse(JSON.parse(manifest));
    const named = [
      icons.color,
      icons.outline,
      ...localizationInfo.additionalLanguages.map(({ file }) => file),
    ];
    return {
      version,
      appId: id,
      botIds: [...new Set([...bots, ...composeExtensions].map(({ botId }) => botId))],
      domains: validDomains,
      missing: named.filter((name) => !names.has(name)),
    };
  } catch (cause) {
    throw new ExpertError("invalid_input", "it is no app package of Teams", { cause });
  }
}

async function readZip(
  content: Buffer,
): Promise<{ readonly names: ReadonlySet<string>; readonly manifest: string }> {
  const zip = await fromBufferPromise(content);
  const names = new Set<string>();
  let manifest = "";
  for await (const entry of zip.eachEntry()) {
    names.add(entry.fileName);
    if (entry.fileName !== "manifest.json" || entry.uncompressedSize > manifestLimit) continue;
    manifest = await text(await zip.openReadStreamPromise(entry));
  }
  return { names, manifest };
}
