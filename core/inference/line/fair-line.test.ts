import { describe, expect, it } from "@jest/globals";
import { newId, type TenantId, type UserId } from "../../ids.ts";
import { createFairLine, type FairLine, type Waiting } from "./fair-line.ts";

interface Call extends Waiting {
  readonly name: string;
}

const tenants = Array.from({ length: 10 }, () => newId<TenantId>());
const [acme = "" as TenantId, globex = "" as TenantId] = tenants;
const people = Array.from({ length: 5 }, () => newId<UserId>());
const [ana = "" as UserId, ben = "" as UserId] = people;

const call = (name: string, more: Partial<Call> = {}): Call => ({
  name,
  urgency: "interactive",
  tenantId: acme,
  userId: ana,
  cost: 100,
  ...more,
});
const takeAll = (line: FairLine<Call>): readonly string[] => {
  const taken: string[] = [];
  for (let next = line.take(); next; next = line.take()) taken.push(next.name);
  return taken;
};
const many = (count: number, more: Partial<Call>): readonly Call[] =>
  Array.from({ length: count }, (_, n) =>
    call(`${more.name ?? ""}${String(n)}`, { ...more, name: `${more.name ?? ""}${String(n)}` }),
  );

describe("a fair line", () => {
  it("takes a person's calls in their order, and nothing where nobody waits", () => {
    const line = createFairLine<Call>();
    expect(line.take()).toBeNull();
    for (const name of ["a", "b", "c"]) line.add(call(name));
    expect(line.length).toBe(3);
    expect(takeAll(line)).toEqual(["a", "b", "c"]);
    expect(line.length).toBe(0);
  });

  it("alternates between tenants, however much one of them asks", () => {
    const line = createFairLine<Call>();
    for (const one of many(20, { name: "acme" })) line.add(one);
    for (const one of many(3, { name: "globex", tenantId: globex })) line.add(one);
    expect(takeAll(line).slice(0, 7)).toEqual([
      "acme0",
      "globex0",
      "acme1",
      "globex1",
      "acme2",
      "globex2",
      "acme3",
    ]);
  });

  it("alternates between people within a tenant, which has no more by having more of them", () => {
    const line = createFairLine<Call>();
    for (const one of many(3, { name: "ana" })) line.add(one);
    for (const one of many(3, { name: "ben", userId: ben })) line.add(one);
    for (const one of many(3, { name: "globex", tenantId: globex })) line.add(one);
    expect(takeAll(line).slice(0, 6)).toEqual(["ana0", "globex0", "ben0", "globex1", "ana1", "globex2"]);
  });

  it("shares by another weight as soon as it is another, also among those who wait", () => {
    let weight = 1;
    const line = createFairLine<Call>({ tenantWeight: (tenant) => (tenant === acme ? weight : 1) });
    for (const one of many(40, { name: "acme" })) line.add(one);
    for (const one of many(40, { name: "globex", tenantId: globex })) line.add(one);
    const acmeOf = (count: number): number =>
      Array.from({ length: count }, () => line.take()?.tenantId).filter((tenant) => tenant === acme).length;
    expect(acmeOf(8)).toBe(4);
    weight = 3;
    line.add(call("acme-last"));
    expect(acmeOf(20)).toBe(15);
  });

  it("shares by weight: three calls for one", () => {
    const line = createFairLine<Call>({ tenantWeight: (tenant) => (tenant === acme ? 3 : 1) });
    for (const one of many(40, { name: "acme" })) line.add(one);
    for (const one of many(40, { name: "globex", tenantId: globex })) line.add(one);
    const first = takeAll(line).slice(0, 40);
    expect(first.filter((name) => name.startsWith("acme"))).toHaveLength(30);
  });

  it("shares what calls cost, not their number, and corrects what was expected by what it was", () => {
    const line = createFairLine<Call>();
    for (const one of many(10, { name: "long", cost: 400 })) line.add(one);
    for (const one of many(40, { name: "short", tenantId: globex, cost: 100 })) line.add(one);
    const first = takeAll(line).slice(0, 20);
    expect(first.filter((name) => name.startsWith("long"))).toHaveLength(4);
    const other = createFairLine<Call>();
    const dear = call("dear");
    other.add(dear);
    expect(other.take()).toBe(dear);
    for (const one of many(8, { name: "acme" })) other.add(one);
    for (const one of many(8, { name: "globex", tenantId: globex })) other.add(one);
    other.settle(dear, 500);
    expect(takeAll(other).slice(0, 5)).toEqual(["globex0", "globex1", "globex2", "globex3", "acme0"]);
  });

  it("puts who waits in person before batches, which go on all the same", () => {
    const line = createFairLine<Call>();
    for (const one of many(50, { name: "batch", urgency: "batch", userId: null })) line.add(one);
    for (const one of many(50, { name: "person" })) line.add(one);
    const first = takeAll(line).slice(0, 50);
    expect(first.filter((name) => name.startsWith("batch"))).toHaveLength(5);
  });

  it("gives no credit for having been away", () => {
    const line = createFairLine<Call>();
    for (const one of many(30, { name: "acme" })) line.add(one);
    for (let taken = 0; taken < 20; taken += 1) line.take();
    for (const one of many(10, { name: "globex", tenantId: globex })) line.add(one);
    const next = takeAll(line).slice(0, 10);
    expect(next.filter((name) => name.startsWith("globex"))).toHaveLength(5);
  });

  it("lets a call be taken out, once", () => {
    const line = createFairLine<Call>();
    const [first, second] = [call("a"), call("b")];
    line.add(first);
    line.add(second);
    expect(line.remove(first)).toBe(true);
    expect(line.remove(first)).toBe(false);
    expect(takeAll(line)).toEqual(["b"]);
  });

  it("tells the place of a call, exactly where all cost the same", () => {
    const line = createFairLine<Call>();
    const calls: Call[] = [];
    for (const [n, tenantId] of tenants.entries())
      for (const [p, userId] of people.entries())
        calls.push(...many(1 + ((n + p) % 4), { name: `${String(n)}-${String(p)}-`, tenantId, userId }));
    for (const one of calls) line.add(one);
    const places = new Map(calls.map((one) => [one.name, line.placeOf(one)]));
    const order = takeAll(line);
    const errors = order.map((name, at) => Math.abs((places.get(name) ?? -100) - at));
    expect(Math.max(...errors)).toBeLessThanOrEqual(order.length / 10);
    expect(places.get(order[0] ?? "")).toBe(0);
  });

  it("forgets who neither waits nor owes anything", () => {
    const line = createFairLine<Call>();
    for (let n = 0; n < 2_000; n += 1) {
      line.add(call("x", { tenantId: newId<TenantId>() }));
      line.take();
    }
    expect(line.length).toBe(0);
    line.add(call("y"));
    expect(line.take()?.name).toBe("y");
  });

  it("keeps the others' share at Jain's index of 0.98 and more where one of ten asks twenty times as much", () => {
    const line = createFairLine<Call>();
    const served = new Map<TenantId, number>();
    const add = (tenantId: TenantId): void =>
      line.add(call("c", { tenantId, cost: 50 + Math.floor(Math.random() * 400) }));
    for (const [n, tenantId] of tenants.entries())
      for (let k = 0; k < (n === 0 ? 4_000 : 200); k += 1) add(tenantId);
    for (let k = 0; k < 1_500; k += 1) {
      const next = line.take();
      if (next) served.set(next.tenantId, (served.get(next.tenantId) ?? 0) + next.cost);
    }
    const others = tenants.slice(1).map((tenantId) => served.get(tenantId) ?? 0);
    const sum = others.reduce((a, b) => a + b, 0);
    const jain = sum ** 2 / (others.length * others.reduce((a, b) => a + b * b, 0));
    expect(jain).toBeGreaterThan(0.98);
    expect(served.get(tenants[0] ?? acme)).toBeLessThan((sum / others.length) * 1.2);
  });
});
