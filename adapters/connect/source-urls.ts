import type { Config } from "../config.ts";

/** Where people open a cited passage; nowhere, while the address of the page is not configured. */
export const sourceUrls =
  ({ PUBLIC_URL: publicUrl }: Pick<Config, "PUBLIC_URL">) =>
  ({ documentId, passageId }: { readonly documentId: string; readonly passageId: string }): string | null =>
    publicUrl === undefined ? null : `${publicUrl}/sources/${documentId}?passage=${passageId}`;

/** Where people decide on an approval in the console; nowhere, while its address is not configured. */
export const approvalUrls =
  ({ PUBLIC_URL: publicUrl }: Pick<Config, "PUBLIC_URL">) =>
  (id: string): string | null =>
    publicUrl === undefined ? null : `${publicUrl}/approvals/${id}`;
