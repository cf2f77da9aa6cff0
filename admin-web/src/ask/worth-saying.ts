/** Whether a place in line is read out to who has heard another one: it is the next, or half as far from it. */
export const isWorthSaying = (said: number | null, place: number): boolean =>
  said === null || (place < said && (place === 0 || place <= said / 2));
