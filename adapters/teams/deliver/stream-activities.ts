import type { OutgoingActivity, TeamsEntity } from "../client/teams-client.ts";
import type { TeamsMessage } from "../render/teams-message.ts";

const streamInfo = (facts: {
  readonly streamType: "informative" | "streaming" | "final";
  readonly streamId?: string;
  readonly streamSequence?: number;
}): TeamsEntity => ({ type: "streaminfo", ...facts });

/** What is being done, or the text so far: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/streaming-ux */
export const streamPart = (
  part: { readonly kind: "informative" | "streaming"; readonly text: string },
  streamId: string | null,
  sequence: number,
): OutgoingActivity => ({
  type: "typing",
  text: part.text,
  ...(part.kind === "streaming" ? { textFormat: "markdown" } : {}),
  entities: [
    streamInfo({
      streamType: part.kind,
      ...(streamId === null ? {} : { streamId }),
      streamSequence: sequence,
    }),
  ],
});

/** What takes a stream's place for good, with all that a message may carry. */
export const streamEnd = (message: TeamsMessage, streamId: string): OutgoingActivity => ({
  ...message,
  entities: [streamInfo({ streamType: "final", streamId }), ...entitiesOf(message)],
});

const entitiesOf = (message: TeamsMessage): readonly TeamsEntity[] =>
  "entities" in message ? (message.entities ?? []).map((entity) => ({ ...entity })) : [];

/** A message as the bot sends it. */
export const activityOf = (message: TeamsMessage): OutgoingActivity =>
  ({
    ...message,
    ...("entities" in message ? { entities: entitiesOf(message) } : {}),
  }) as OutgoingActivity;
