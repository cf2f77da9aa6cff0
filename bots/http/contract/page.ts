import { z } from "zod";

/** Query of a list that is read page by page. */
export const pageQuerySchema = z.object({
  cursor: z.string().max(200).optional().describe("`nextCursor` of the page before"),
  query: z.string().trim().min(1).max(200).optional().describe("Words to look for"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
