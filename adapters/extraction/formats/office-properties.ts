import { load } from "cheerio";

import type { ZipContainer } from "../zip-container.ts";

/** The title in an Office file's properties, or null where it has none or a program's default. */
export async function coreTitle(zip: ZipContainer): Promise<string | null> {
  const xml = await zip.text("docProps/core.xml");
  if (xml === null) return null;
  const title = load(xml, { xml: true })("dc\\:title").first().text().replace(/\s+/g, " ").trim();
  return title === "" ||
    /^(?:untitled|slide 1|powerpoint presentation|presentation|document\d*|microsoft word|word document)\b/i.test(
      title,
    )
    ? null
    : title;
}
