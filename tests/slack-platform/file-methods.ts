import { z } from "zod";
import type { FileStore } from "./file-store.ts";
import { ownMessagePosted } from "./message-events.ts";
import { addMessage } from "./message-records.ts";
import { type Caller, method, type Method, writableChannel } from "./method.ts";
import type { Json } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import { closed, integer, json, looseObjects, pages, text, timestamp } from "./request-arguments.ts";

const fileArguments = {
  info: closed({ file: text(), count: integer().optional(), page: integer().optional(), ...pages }),
  upload: closed({
    filename: text(),
    length: integer(),
    alt_text: text().optional(),
    snippet_type: text().optional(),
  }),
  complete: closed({
    files: json(z.array(z.strictObject({ id: text(), title: text().optional() })).min(1)),
    channel_id: text().optional(),
    thread_ts: timestamp().optional(),
    initial_comment: text().optional(),
    blocks: looseObjects().optional(),
  }),
};

/** files.* in front of the emulate package, which keeps the files: what a bot sees is where it is a member. */
export const fileMethods = (files: FileStore): Record<string, Method> => ({
  "files.info": method({
    arguments: fileArguments.info,
    scopes: ["files:read"],
    tier: 4,
    run: async (given, caller) => {
      const file = visibleFile(files, caller, given.file);
      await files.call("files.info", { file: given.file });
      return { file, comments: [], response_metadata: { next_cursor: "" } };
    },
  }),

  "files.getUploadURLExternal": method({
    arguments: fileArguments.upload,
    scopes: ["files:write"],
    tier: 4,
    run: (given) => files.call("files.getUploadURLExternal", given),
  }),

  "files.completeUploadExternal": method({
    arguments: fileArguments.complete,
    scopes: ["files:write"],
    tier: 4,
    run: async (given, caller, { state, deliveries }) => {
      const channel =
        given.channel_id === undefined ? undefined : writableChannel(state, caller, given.channel_id);
      const done = await files.call("files.completeUploadExternal", { files: given.files });
      const made = (done["files"] as Json[]).map((file) =>
        files.adopt(caller.workspace, caller.botUserId, channel ? [channel.id] : [], file),
      );
      if (channel) {
        const message = addMessage(state, channel, {
          user: caller.botUserId,
          botId: caller.botId,
          threadTs: given.thread_ts,
          text: given.initial_comment ?? "",
          blocks: given.blocks ?? [],
          files: made,
        });
        ownMessagePosted(state, deliveries, channel, message);
      }
      return { files: made };
    },
  }),
});

/** @throws SlackRefusal `file_not_found`, also for what is shared only where the bot is not. */
export function visibleFile(files: FileStore, caller: Caller, id: string): Json {
  const known = files.find(id);
  const seen =
    known?.workspace === caller.workspace &&
    (known.user === caller.botUserId ||
      [...known.channels].some((channel) =>
        caller.workspace.channels.get(channel)?.members.has(caller.botUserId),
      ));
  if (!known || !seen) throw new SlackRefusal("file_not_found", id);
  return known.file;
}
