import type { TurnId } from "../../../core/ids.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import type { SlackBot } from "../workspaces.ts";
import type { MessagePace } from "./message-pace.ts";
import { tagProgress } from "./message-tag.ts";

export interface StreamPorts {
  readonly bot: SlackBot;
  readonly pace: Pick<MessagePace, "call">;
}

/** A message that is streamed, or was. */
export interface StreamedMessage {
  readonly channelId: string;
  readonly ts: string;
  /** Whose progress it shows; null where that is not known. */
  readonly turnId: TurnId | null;
}

/** Ends a stream, and tags it; one that has ended by itself is as good. Throws what `callSlack` throws. */
export async function endStream(
  { bot: { client, workspaceId }, pace }: StreamPorts,
  { channelId, ts, turnId }: StreamedMessage,
): Promise<void> {
  const tag = turnId === null ? {} : { metadata: tagProgress(turnId) };
  try {
    await pace.call(workspaceId, "chat.stopStream", () =>
      client.chat.stopStream({ channel: channelId, ts, ...tag }),
    );
  } catch (error) {
    if (slackErrorCode(error) !== "message_not_in_streaming_state") throw error;
  }
}

/** Changes a message; where Slack says that it is streamed still, its stream is ended first. */
export async function changeEnded(
  ports: StreamPorts,
  message: StreamedMessage,
  change: () => Promise<unknown>,
): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (slackErrorCode(error) !== "streaming_state_conflict") throw error;
    await endStream(ports, message);
    await change();
  }
}
