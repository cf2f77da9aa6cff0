const prefix = "the-expert.draft.";
const key = (conversationId: string | null): string => `${prefix}${conversationId ?? "new"}`;

/** What was typed and not sent yet, per conversation; null stands for a new one. */
export const readDraft = (conversationId: string | null): string =>
  localStorage.getItem(key(conversationId)) ?? "";

export function writeDraft(conversationId: string | null, text: string): void {
  if (text === "") localStorage.removeItem(key(conversationId));
  else localStorage.setItem(key(conversationId), text);
}

/** Forgets every draft, for whoever uses this browser next. */
export function clearDrafts(): void {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(prefix)) localStorage.removeItem(name);
  }
}
