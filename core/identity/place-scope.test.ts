import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ChatBench, chatBench } from "../../tests/support/chat-bench.ts";
import { departmentOf } from "../../tests/support/sample-work.ts";
import { canRead, covers, type Labelled, type Sensitivity } from "./access.ts";
import type { Identity } from "./directory.ts";
import { type PlaceReaders, placeScope } from "./place-scope.ts";

describe("what everyone in a place may read", () => {
  let bench: ChatBench;
  let ada: Identity, sam: Identity, vic: Identity, fay: Identity;
  beforeEach(async () => {
    bench = chatBench();
    ada = await bench.identity("ada");
    sam = await bench.identity("sam");
    vic = await bench.identity("vic");
    fay = await bench.identity("fay");
  });
  const people = (
    identities: readonly Identity[],
    rest: Partial<Extract<PlaceReaders, { kind: "people" }>> = {},
  ): PlaceReaders => ({ kind: "people", identities, ownStrangers: 0, guests: 0, ...rest });
  const labels = (readers: PlaceReaders): Readonly<Record<string, Sensitivity | null>> => {
    const { departments } = placeScope(ada.departments, readers);
    return Object.fromEntries(
      (["operations", "finance"] as const).map((slug) => [
        slug,
        departments.get(departmentOf(bench.company, slug)) ?? null,
      ]),
    );
  };

  it("is what the least of them may read of each department", () => {
    expect(labels(people([ada]))).toEqual({ operations: "restricted", finance: "restricted" });
    expect(labels(people([ada, sam]))).toEqual({ operations: "confidential", finance: null });
    expect(labels(people([ada, fay]))).toEqual({ operations: "public", finance: "confidential" });
    expect(labels(people([ada, sam, vic]))).toEqual({ operations: "public", finance: null });
  });

  it("counts the workspace's people whom the tenant does not know as everyone", () => {
    expect(labels(people([ada], { ownStrangers: 3 }))).toEqual({ operations: "public", finance: null });
  });

  it("is what guests may read where a guest reads along, or anybody from outside", async () => {
    const closed = ada.departments.map((department) => ({ ...department, guests: false }));
    expect(labels(people([ada], { guests: 1 }))).toEqual({ operations: "public", finance: null });
    expect(labels({ kind: "outside" })).toEqual({ operations: "public", finance: null });
    expect(labels(people([ada, await bench.guest()]))).toEqual({ operations: "public", finance: null });
    expect(placeScope(closed, { kind: "outside" }).departments.size).toBe(0);
    expect(placeScope(closed, people([ada], { guests: 1 })).departments.size).toBe(0);
  });

  it("is nothing where nobody is known to be there", () => {
    expect(labels(people([]))).toEqual({ operations: null, finance: null });
  });

  it("holds what is limited to certain readers for nobody else than them", () => {
    const departmentId = departmentOf(bench.company, "operations");
    const limited: Labelled = { departmentId, sensitivity: "public", readers: [`user:${sam.member.id}`] };
    expect(canRead(placeScope(ada.departments, people([sam])), limited)).toBe(true);
    for (const readers of [
      people([sam, ada]),
      people([sam], { guests: 1 }),
      people([sam], { ownStrangers: 1 }),
    ])
      expect(canRead(placeScope(ada.departments, readers), limited)).toBe(false);
  });

  it("never holds more than any of them may read", () => {
    const scope = placeScope(ada.departments, people([ada, sam, fay]));
    for (const { scope: own } of [ada, sam, fay]) expect(covers(own, scope)).toBe(true);
    expect(covers(scope, ada.scope)).toBe(false);
    expect(covers(ada.scope, sam.scope)).toBe(false);
  });
});
