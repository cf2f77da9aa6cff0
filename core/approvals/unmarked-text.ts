/** An answer without the numbers of its sources, which mean nothing elsewhere. */
export const unmarkedText = (text: string): string => text.replaceAll(/\s?\[\d{1,3}\](?!\()/g, "").trim();
