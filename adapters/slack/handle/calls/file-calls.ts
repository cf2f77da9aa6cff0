import type { WebClient } from "@slack/web-api";
import { tooLarge } from "../../../../core/conversation/read-question-files.ts";
import { ExpertError } from "../../../../core/errors.ts";
import { signalAfterRunning } from "../../client/running-time.ts";
import { callSlack } from "../../client/slack-client.ts";
import type { SlackFile } from "../../slack-event.ts";

export interface FileCalls {
  /** What Slack tells of a file that it named by its id alone. Throws what `callSlack` throws. */
  file(id: string): Promise<SlackFile>;
  /**
   * The bytes of a file. Throws `channel_refused` where they are not to be had, `upload_too_large` where there are more
   * than `limitBytes`, and `channel_unavailable`, also where it takes longer than `timeoutMs`.
   */
  download(
    url: string,
    limits: { readonly limitBytes: number; readonly timeoutMs: number },
  ): Promise<Uint8Array>;
}

const filesOrigin = "https://files.slack.com";
/** Slack sends a browser to the file by way of one or two other addresses. */
const redirectsFollowed = 3;

/** The token goes with the request, so that it goes to Slack alone; null where the address is another's. */
function slackUrl(address: string, apiUrl: string): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url && [filesOrigin, new URL(apiUrl).origin].includes(url.origin) ? url : null;
}

export const createFileCalls = (client: WebClient, apiUrl: string): FileCalls => ({
  async file(id) {
    const { file = {} } = await callSlack(() => client.files.info({ file: id }));
    return {
      id,
      name: file.name ?? file.title ?? id,
      mediaType: file.mimetype ?? "application/octet-stream",
      sizeBytes: file.size ?? 0,
      downloadUrl: file.url_private_download ?? file.url_private ?? null,
      permalink: file.permalink ?? null,
    };
  },
  async download(address, { limitBytes, timeoutMs }) {
    const { signal, end } = signalAfterRunning(timeoutMs);
    try {
      let url = slackUrl(address, apiUrl);
      if (!url) throw kept();
      for (let hop = 0; hop <= redirectsFollowed; hop += 1) {
        const response = await fetch(url, {
          headers: { authorization: `Bearer ${client.token ?? ""}` },
          redirect: "manual",
          signal,
        });
        const location = response.headers.get("location");
        if (response.status >= 300 && response.status < 400 && location !== null) {
          await response.body?.cancel();
          // Whom Slack does not know it sends to its sign-in page.
          url = slackUrl(new URL(location, url).href, apiUrl);
          if (!url) throw notHandedOver();
          continue;
        }
        return await readBody(response, limitBytes);
      }
      throw notHandedOver();
    } catch (error) {
      if (error instanceof ExpertError) throw error;
      throw new ExpertError("channel_unavailable", "Slack did not hand the file over in time.", {
        remedy: "Send it again.",
        cause: error,
      });
    } finally {
      end();
    }
  },
});

async function readBody(response: Response, limitBytes: number): Promise<Uint8Array> {
  if (response.status === 429 || response.status >= 500) {
    throw new ExpertError("channel_unavailable", "Slack cannot hand the file over now.", {
      remedy: "Send it again in a moment.",
    });
  }
  // Without the right to read files, Slack answers with its sign-in page, and with the status 200.
  const page = (response.headers.get("content-type") ?? "").startsWith("text/html");
  const attached = response.headers.get("content-disposition") !== null;
  if (!response.ok || (page && !attached)) throw notHandedOver();
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

const kept = (): ExpertError =>
  new ExpertError("channel_refused", "The file is kept at an address that is not Slack's.", {
    remedy: "Share the file itself instead of a link to it.",
  });

const notHandedOver = (): ExpertError =>
  new ExpertError("channel_refused", "Slack did not hand the file over to the bot.", {
    remedy: "An admin of the workspace can give the bot the scope files:read by adding it again.",
  });
