import type { CardAction, CardElement } from "./card.ts";

/** So many stand beside each other on a phone; those of one row that do not would be out of sight. */
const buttonsInRow = 2;

/** Actions of a card that has more than a phone shows in a row. */
export const actionRows = (actions: readonly CardAction[]): readonly CardElement[] =>
  actions.flatMap((_, index): readonly CardElement[] =>
    index % buttonsInRow > 0
      ? []
      : [{ type: "ActionSet", actions: actions.slice(index, index + buttonsInRow) }],
  );
