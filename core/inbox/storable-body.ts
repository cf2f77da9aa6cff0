/** An event's body as it is stored: without what no database keeps, NUL characters and halves of surrogate pairs. */
export const storableBody = (body: object): object =>
  JSON.parse(
    JSON.stringify(body, (_name, value: unknown) =>
      typeof value === "string" ? value.replaceAll("\u0000", "").toWellFormed() : value,
    ),
  ) as object;
