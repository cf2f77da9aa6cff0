import { describe, expect, it } from "@jest/globals";
import { type DepartmentId, newId } from "../ids.ts";
import {
  canRead,
  commonScope,
  type Principal,
  type ReadScope,
  restoreScope,
  type Sensitivity,
  sensitivities,
  storeScope,
} from "./access.ts";

const [one, two, three] = [newId<DepartmentId>(), newId<DepartmentId>(), newId<DepartmentId>()];
const scope = (
  departments: readonly (readonly [DepartmentId, Sensitivity])[],
  ...principals: readonly Principal[]
): ReadScope => ({ departments: new Map(departments), principals: new Set(principals) });
const nothing = scope([]);

describe("a stored scope", () => {
  it.each([
    ["nothing", nothing],
    ["departments alone", scope([[one, "public"]])],
    [
      "departments and principals",
      scope(
        [
          [one, "restricted"],
          [two, "public"],
        ],
        "user:1",
        "group:entra:2",
      ),
    ],
  ])("is the same after JSON: %s", (_what, given) => {
    const stored = JSON.parse(JSON.stringify(storeScope(given))) as ReturnType<typeof storeScope>;
    expect(restoreScope(stored)).toEqual(given);
  });

  it("is plain JSON", () => {
    expect(storeScope(scope([[one, "confidential"]], "user:1"))).toEqual({
      departments: { [one]: "confidential" },
      principals: ["user:1"],
    });
  });
});

describe("what two scopes have in common", () => {
  const wide = scope(
    [
      [one, "restricted"],
      [two, "confidential"],
    ],
    "user:1",
    "group:a",
  );
  const narrow = scope(
    [
      [one, "public"],
      [two, "restricted"],
      [three, "public"],
    ],
    "user:2",
    "group:a",
  );

  it("is the departments of both, each up to the lesser label, and the principals of both", () => {
    const expected = scope(
      [
        [one, "public"],
        [two, "confidential"],
      ],
      "group:a",
    );
    expect(commonScope(wide, narrow)).toEqual(expected);
    expect(commonScope(narrow, wide)).toEqual(expected);
  });

  it("is nothing with nothing, and all of it with itself", () => {
    expect(commonScope(wide, nothing)).toEqual(nothing);
    expect(commonScope(nothing, wide)).toEqual(nothing);
    expect(commonScope(wide, wide)).toEqual(wide);
  });

  it("lets nothing be read that one of them may not read", () => {
    const common = commonScope(wide, narrow);
    for (const departmentId of [one, two, three]) {
      for (const sensitivity of sensitivities) {
        for (const readers of [null, [], ["user:1"], ["user:2"], ["group:a"], ["user:1", "group:a"]]) {
          const item = { departmentId, sensitivity, readers };
          const both = canRead(wide, item) && canRead(narrow, item);
          if (canRead(common, item)) expect({ item, both }).toEqual({ item, both: true });
          if (readers === null)
            expect({ item, common: canRead(common, item) }).toEqual({ item, common: both });
        }
      }
    }
  });
});
