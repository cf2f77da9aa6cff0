/** Moments of a text block in words, where nothing formats them. */
export const plainMoments = (text: string): string =>
  text
    .replaceAll(
      /\{\{DATE\((\d{4}-\d\d-\d\d)T[^)]*\)\}\} \{\{TIME\([^)]*T(\d\d:\d\d)[^)]*\)\}\}/g,
      "$1 $2 UTC",
    )
    .replaceAll(/\{\{DATE\((\d{4}-\d\d-\d\d)T[^)]*\)\}\}/g, "$1")
    .replaceAll(/\{\{TIME\([^)]*T(\d\d:\d\d)[^)]*\)\}\}/g, "$1 UTC");
