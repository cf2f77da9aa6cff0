import { type QuestionFile, tooLarge } from "../../../core/conversation/read-question-files.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { TeamsBot } from "../client/teams-client.ts";
import type { TeamsFile, TeamsPlaceOrigin } from "../teams-event.ts";

/** Where Teams keeps the files of personal chats: OneDrive and SharePoint, and the service that hands them over. */
const fileHosts = [".sharepoint.com", ".svc.ms"];
const redirectsFollowed = 3;

type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/**
 * A file of a message. Its address opens without credentials, and none go with the request; it is opened on hosts of
 * Microsoft's alone. A picture is asked of the bot service, with the bot's token, where this very conversation is.
 */
export const fileOf = (
  bot: TeamsBot,
  { serviceUrl }: Pick<TeamsPlaceOrigin, "serviceUrl">,
  file: TeamsFile,
  fetchPage: Fetch = fetch,
): QuestionFile => ({
  name: file.name,
  mediaType: file.mediaType ?? "application/octet-stream",
  sizeBytes: null,
  // It opens for some minutes only.
  link: null,
  async fetch(limits) {
    const { access, url } = file;
    if (access === "none" || url === null) throw withheld();
    if (access === "link") return await download(url, limits, fetchPage);
    if (!URL.canParse(url) || new URL(url).origin !== new URL(serviceUrl).origin) throw kept();
    return await bot.download(url, limits.limitBytes);
  },
});

function fileUrl(address: string): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== "https:" || url.port !== "" || url.username !== "" || url.password !== "")
    return null;
  return fileHosts.some((ending) => url.hostname.endsWith(ending)) ? url : null;
}

async function download(
  address: string,
  { limitBytes, timeoutMs }: Parameters<QuestionFile["fetch"]>[0],
  fetchPage: Fetch,
): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    let url = fileUrl(address);
    for (let hop = 0; hop <= redirectsFollowed; hop += 1) {
      if (!url) throw kept();
      const response = await fetchPage(url, { redirect: "manual", signal });
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null) {
        return await readBody(response, limitBytes);
      }
      await response.body?.cancel();
      url = URL.canParse(location, url.href) ? fileUrl(new URL(location, url).href) : null;
    }
    throw notHandedOver();
  } catch (error) {
    if (error instanceof ExpertError) throw error;
    throw new ExpertError("channel_unavailable", "Teams did not hand the file over in time.", {
      remedy: "Send it again.",
      cause: error,
    });
  }
}

async function readBody(response: Response, limitBytes: number): Promise<Uint8Array> {
  if (response.status === 429 || response.status >= 500) {
    throw new ExpertError("channel_unavailable", "Teams cannot hand the file over now.", {
      remedy: "Send it again in a moment.",
    });
  }
  if (!response.ok) throw notHandedOver();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const withheld = (): ExpertError =>
  new ExpertError("channel_refused", "Teams keeps files of channels and group chats from the bot.", {
    remedy: "Send the file in the personal chat with the bot.",
  });

const kept = (): ExpertError =>
  new ExpertError("channel_refused", "The file is kept at an address that is not Microsoft's.", {
    remedy: "Upload the file itself instead of a link to it.",
  });

const notHandedOver = (): ExpertError =>
  new ExpertError("channel_refused", "Teams did not hand the file over to the bot.", {
    remedy: "Send it again: its address is good for some minutes only.",
  });
