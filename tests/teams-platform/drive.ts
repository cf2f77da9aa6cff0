import { randomUUID } from "node:crypto";
import type { PlatformState } from "./platform-state.ts";
import type { Json } from "./teams-platform.ts";

export interface StoredFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** As pictures have it. */
  readonly mediaType: string;
}

/** Files that people send: those of chats lie in OneDrive, pictures in the bot service itself. */
export interface Drive {
  /** What a message carries of a file of a personal chat. */
  file(file: Omit<StoredFile, "mediaType">): Json;
  /** Of a picture in the text. */
  picture(file: Pick<StoredFile, "content" | "mediaType">): Json;
  /** Of a file of a channel or group chat, which the bot may not open. */
  reference(file: Pick<StoredFile, "name">): Json;
  /**
   * What Microsoft's own hosts answer: the address of a message leads to the service that hands over the content. Null for
   * any other host. Credentials in the request are a violation: the address alone opens the file.
   */
  open(url: URL, init?: RequestInit): Response | null;
  /** A picture's bytes; null where there is none at the path. */
  view(pathname: string): StoredFile | null;
}

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
