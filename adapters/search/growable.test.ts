import { describe, expect, it } from "@jest/globals";
import { Uint32List } from "./growable.ts";
import { Pacer } from "./pacer.ts";

describe("Uint32List", () => {
  it("gives back what was pushed and appended, across its chunks", async () => {
    const list = new Uint32List();
    const expected: number[] = [];
    for (let number = 0; number < 70_000; number += 1) {
      list.push(number);
      expected.push(number);
    }
    const more = Uint32Array.from({ length: 140_000 }, (_, at) => at * 3);
    list.append(more);
    list.append(new Uint32Array());
    list.push(7);
    for (const number of more) expected.push(number);
    expected.push(7);
    expect(list.length).toBe(expected.length);
    expect(Buffer.from((await list.toArray(new Pacer())).buffer)).toEqual(
      Buffer.from(Uint32Array.from(expected).buffer),
    );
  });
});
