import { describe, expect, it } from "@jest/globals";
import { placesOfAny, wordPlaces } from "./word-places.ts";

describe("wordPlaces", () => {
  const places = wordPlaces(["the", "pump", "moves", "the", "water", "the"]);

  it("finds each of a word's places, ascending", () => {
    expect(placesOfAny(places, ["the"])).toEqual([0, 3, 5]);
    expect(placesOfAny(places, ["water", "pump", "the"])).toEqual([0, 1, 3, 4, 5]);
  });

  it("finds nothing of words that stand nowhere, or where there are none", () => {
    expect(placesOfAny(places, ["valve"])).toEqual([]);
    expect(placesOfAny(wordPlaces([]), ["valve"])).toEqual([]);
  });
});
