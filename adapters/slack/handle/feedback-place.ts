import { z } from "zod";

const placeSchema = z.object({
  turnId: z.string(),
  channelId: z.string().nullable(),
  threadTs: z.string().nullable(),
});

/** Which answer a feedback form is about, and where its sender is thanked. */
export type FeedbackPlace = z.output<typeof placeSchema>;

export const writeFeedbackPlace = (place: FeedbackPlace): string => JSON.stringify(place);

/** Null where another version of the product wrote it. */
export function readFeedbackPlace(text: string): FeedbackPlace | null {
  try {
    return placeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
