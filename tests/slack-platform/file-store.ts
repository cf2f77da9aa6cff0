import { createEmulator } from "emulate";
import type { ChannelState, Json, PersonState, PlatformState, WorkspaceState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import type { SharedFile } from "./slack-platform.ts";

interface KnownFile {
  readonly workspace: WorkspaceState;
  readonly user: string;
  readonly channels: Set<string>;
  file: Json;
}

export interface FileStore {
  /** Uploads a person's file and names the channel where it is shared. */
  share(
    workspace: WorkspaceState,
    person: Pick<PersonState, "id">,
    channel: ChannelState,
    file: SharedFile,
  ): Promise<Json>;
  /** Calls one of the emulator's file methods. @throws SlackRefusal with its error. */
  call(method: string, given: Json): Promise<Json>;
  adopt(workspace: WorkspaceState, user: string, channels: readonly string[], file: Json): Json;
  find(id: string): KnownFile | undefined;
  /** The bytes behind `url_private`. */
  bytes(id: string): Promise<{ content: Buffer; mimetype: string }>;
  close(): Promise<void>;
}

/** One token for all: who may do what is decided before the emulator is asked. */
const token = "xoxp-behind-the-front";

/**
 * Files, version 2 of their upload included, are kept by the emulate package's Slack, started when first needed. It
 * holds one team, so the front keeps which workspace, person and channels a file belongs to.
 */
export function fileStore(state: Pick<PlatformState, "url">): FileStore {
  const known = new Map<string, KnownFile>();
  let emulator: ReturnType<typeof start> | undefined;
  const start = () =>
    createEmulator({
      service: "slack",
      port: 0,
      seed: { slack: { tokens: [{ token, type: "user", user_id: "U000000001" }] } },
    });
  const started = () => (emulator ??= start());

  const call = async (method: string, given: Json): Promise<Json> => {
    const { url } = await started();
    const response = await fetch(`${url}/api/${method}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    const { ok, error, ...result } = (await response.json()) as Json & { ok: boolean; error?: string };
    if (!ok) throw new SlackRefusal(error ?? "internal_error", `The emulator refuses ${method}.`);
    return result;
  };

  const adopt = (workspace: WorkspaceState, user: string, channels: readonly string[], file: Json): Json => {
    const id = String(file["id"]);
    const address = `${state.url}/files-pri/${workspace.id}-${id}`;
    const name = encodeURIComponent(String(file["name"]));
    const ours = {
      ...file,
      user,
      user_team: workspace.id,
      channels: channels.filter((channel) => !channel.startsWith("D")),
      ims: channels.filter((channel) => channel.startsWith("D")),
      url_private: `${address}/${name}`,
      url_private_download: `${address}/download/${name}`,
      permalink: `https://${workspace.domain}.slack.com/files/${user}/${id}/${name}`,
      file_access: "visible",
    };
    known.set(id, { workspace, user, channels: new Set(channels), file: ours });
    return ours;
  };

  return {
    call,
    adopt,
    find: (id) => known.get(id),
    share: async (workspace, person, channel, { name, content, mimetype }) => {
      const bytes = Buffer.from(content);
      const session = await call("files.getUploadURLExternal", { filename: name, length: bytes.byteLength });
      await fetch(String(session["upload_url"]), {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream" },
        body: bytes,
      });
      const done = await call("files.completeUploadExternal", {
        files: [{ id: session["file_id"], title: name }],
      });
      const [file] = done["files"] as Json[];
      return adopt(workspace, person.id, [channel.id], {
        ...file,
        ...(mimetype !== undefined && { mimetype }),
      });
    },
    bytes: async (id) => {
      const { url } = await started();
      const name = encodeURIComponent(String(known.get(id)?.file["name"]));
      const response = await fetch(`${url}/files-pri/${id}/${name}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      if (!response.ok) throw new SlackRefusal("file_not_found", id);
      const mimetype = String(known.get(id)?.file["mimetype"]);
      return { content: Buffer.from(await response.arrayBuffer()), mimetype };
    },
    close: async () => {
      await (await emulator)?.close();
    },
  };
}
