/** Where each word of a text stands, so that a question looks up its few words instead of reading all of them. */
export interface WordPlaces {
  /** The last place of each word, counted from 0. */
  readonly last: ReadonlyMap<string, number>;
  /** By place, the one before it that has the same word; -1 where there is none. */
  readonly before: Int32Array;
}

export function wordPlaces(words: readonly string[]): WordPlaces {
  const last = new Map<string, number>();
  const before = new Int32Array(words.length);
  words.forEach((word, place) => {
    before[place] = last.get(word) ?? -1;
    last.set(word, place);
  });
  return { last, before };
}

/** All places of the words, ascending. */
export function placesOfAny({ last, before }: WordPlaces, words: Iterable<string>): readonly number[] {
  const places: number[] = [];
  for (const word of words)
    for (let place = last.get(word) ?? -1; place >= 0; place = before[place] ?? -1) places.push(place);
  return places.sort((a, b) => a - b);
}
