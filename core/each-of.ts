/** Does the work for each item, so many at a time; the results in the items' order. The first error ends it. */
export async function eachOf<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, place: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const runners = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const [place, item] of waiting) results[place] = await work(item, place);
  });
  await Promise.all(runners);
  return results;
}
