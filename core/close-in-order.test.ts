import { describe, expect, it } from "@jest/globals";
import { type Closer, closeInOrder } from "./close-in-order.ts";

describe("closeInOrder", () => {
  it("closes the last first, all of them, and throws the first error in the end", async () => {
    const closed: string[] = [];
    const closers: Closer[] = ["database", "queue", "index"].map((name) => async () => {
      closed.push(name);
      if (name !== "database") throw new Error(`${name} is stuck`);
    });
    await expect(closeInOrder(closers)).rejects.toThrow("index is stuck");
    expect(closed).toEqual(["index", "queue", "database"]);
    await closeInOrder(closers);
    expect(closed).toHaveLength(3);
  });
});
