import { randomUUID } from "node:crypto";
import type { Drive, StoredFile } from "./drive.ts";
import type { PlatformState } from "./platform-state.ts";

const store = "contoso-my.sharepoint.com";
const handOver = "westeurope1-mediap.svc.ms";

export function createDrive(state: PlatformState): Drive {
  const files = new Map<string, StoredFile>();
  const keep = (file: StoredFile): string => {
    const id = randomUUID();
    files.set(id, file);
    return id;
  };
  return {
    file({ name, content }) {
      const id = keep({ name, content, mediaType: "application/octet-stream" });
      const folder = `https://${store}/personal/ann_contoso_example/Documents/Microsoft Teams Chat Files`;
      return {
        contentType: "application/vnd.microsoft.teams.file.download.info",
        contentUrl: `${folder}/${name}`,
        name,
        content: {
          downloadUrl: `https://${store}/_layouts/15/download.aspx?UniqueId=${id}&tempauth=v1`,
          uniqueId: id,
          fileType: name.split(".").at(-1),
        },
      };
    },
    picture({ content, mediaType }) {
      const id = keep({ name: "image", content, mediaType });
      return { contentType: "image/*", contentUrl: `${state.serviceUrl}v3/attachments/${id}/views/original` };
    },
    reference: ({ name }) => ({
      contentType: "reference",
      contentUrl: `https://${store}/sites/Plant/Shared Documents/${name}`,
      name,
    }),
    open(url, init) {
      if (url.hostname !== store && url.hostname !== handOver) return null;
      if (new Headers(init?.headers).has("authorization"))
        state.violations.push({ operation: "file", code: "Credentials", detail: url.href });
      const id = url.searchParams.get("UniqueId") ?? "";
      const found = files.get(id);
      if (!found) return new Response("gone", { status: 404 });
      if (url.hostname === store)
        return new Response(null, {
          status: 302,
          headers: { location: `https://${handOver}/transform/zip?UniqueId=${id}` },
        });
      return new Response(Buffer.from(found.content));
    },
    view: (pathname) =>
      files.get(/\/v3\/attachments\/([^/]+)\/views\/original$/.exec(pathname)?.[1] ?? "") ?? null,
  };
}
