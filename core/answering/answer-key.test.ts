import { describe, expect, it } from "@jest/globals";
import { hitOf } from "../../tests/support/sample-hits.ts";
import { seededRandom } from "../../tests/gpu-server/seeded-random.ts";
import { type ReadScope, sensitivities } from "../identity/access.ts";
import { type DepartmentId, newId, type TenantId } from "../ids.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { answerKey, type AskedFor } from "./answer-key.ts";
import type { DraftInput } from "./draft.ts";

const tenantId = newId<TenantId>();
const operations = newId<DepartmentId>();
const finance = newId<DepartmentId>();
const scopeOf = (
  departments: readonly (readonly [DepartmentId, (typeof sensitivities)[number]])[],
  principals: readonly string[] = [],
): ReadScope => ({ departments: new Map(departments), principals: new Set(principals) });
const asked: AskedFor = {
  tenantId,
  departmentId: operations,
  scope: scopeOf([[operations, "confidential"]]),
  version: 7,
  models: "fast",
};
const hit = hitOf("Open the valve.", { title: "Pump" });
const inputOf = (question: string, hits: readonly SearchHit[] = [hit], change: Partial<DraftInput> = {}) => ({
  question,
  standaloneQuestion: question,
  history: [],
  result: { hits, terms: [], collectionSize: hits.length },
  language: "en" as const,
  department: { name: "Operations", instructions: null },
  signal: new AbortController().signal,
  ...change,
});
const question = "How do I start pump A?";
const key = answerKey(asked, inputOf(question));
const changed = (change: Partial<SearchHit["passage"]>): SearchHit => ({
  ...hit,
  passage: { ...hit.passage, ...change },
});

describe("the key of an answer", () => {
  it("is the same for the same question in the same circumstances, whatever its blanks and letters' form", () => {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(answerKey(asked, inputOf("  How do I\n start  pump A? "))).toBe(key);
    expect(answerKey(asked, inputOf("Où est le café ?".normalize("NFD")))).toBe(
      answerKey(asked, inputOf("Où est le café ?".normalize("NFC"))),
    );
    const several = scopeOf([
      [finance, "public"],
      [operations, "public"],
    ]);
    const turned = scopeOf([...several.departments].toReversed());
    expect(answerKey({ ...asked, scope: several }, inputOf(question))).toBe(
      answerKey({ ...asked, scope: turned }, inputOf(question)),
    );
  });

  it.each<[string, Partial<AskedFor>, DraftInput?]>([
    ["of another tenant", { tenantId: newId<TenantId>() }],
    ["in another department", { departmentId: finance }],
    ["in no department", { departmentId: null }],
    ["with a stricter label", { scope: scopeOf([[operations, "restricted"]]) }],
    [
      "with one department more",
      {
        scope: scopeOf([
          [operations, "confidential"],
          [finance, "public"],
        ]),
      },
    ],
    ["of newer knowledge", { version: 8 }],
    ["of other models", { models: "heavy" }],
    ["in another language", {}, inputOf(question, [hit], { language: "th" })],
    ["in other capitals", {}, inputOf("How do I start pump a?")],
    [
      "under other instructions",
      {},
      inputOf(question, [hit], { department: { name: "Operations", instructions: "Be brief." } }),
    ],
    [
      "that is understood in another way",
      {},
      inputOf(question, [hit], { standaloneQuestion: `${question} (valve)` }),
    ],
    [
      "about another passage of the same words",
      {},
      inputOf(question, [hitOf("Open the valve.", { title: "Pump" })]),
    ],
    ["about a passage that reads otherwise", {}, inputOf(question, [changed({ text: "Close the valve." })])],
    [
      "about a passage that is held more strictly",
      {},
      inputOf(question, [changed({ sensitivity: "restricted" })]),
    ],
    ["about a passage for certain readers", {}, inputOf(question, [changed({ readers: ["user:1"] })])],
    ["about one passage more", {}, inputOf(question, [hit, hitOf("Turn the key.")])],
  ])("is another for a question %s", (_what, change, input = inputOf(question)) => {
    expect(answerKey({ ...asked, ...change }, input)).not.toBe(key);
  });

  it("counts who somebody is only where a passage found is for them by name", () => {
    const limited = changed({ readers: ["user:1", "group:auditors"] });
    const of = (hits: readonly SearchHit[], ...principals: readonly string[]) =>
      answerKey(
        { ...asked, scope: scopeOf([...asked.scope.departments], principals) },
        inputOf(question, hits),
      );
    expect(of([hit], "user:1")).toBe(of([hit], "user:2", "group:auditors"));
    expect(of([limited], "user:1")).not.toBe(of([limited], "group:auditors"));
    expect(of([limited], "user:1", "group:drivers")).toBe(of([limited], "user:1"));
  });

  it("is shared by nobody of another tenant or with other access, among thousands of random ones", () => {
    const random = seededRandom(20_261_121);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const tenants = Array.from({ length: 3 }, () => newId<TenantId>());
    const departments = Array.from({ length: 3 }, () => newId<DepartmentId>());
    const principals = ["user:1", "user:2", "group:a", "group:b"];
    const passages = [
      hit,
      changed({ readers: ["user:1"] }),
      changed({ readers: ["group:a", "user:2"] }),
      hitOf("Turn the key."),
    ];
    const seen = new Map<string, string>();
    for (let round = 0; round < 5_000; round += 1) {
      const tenant = pick(tenants);
      const scope = scopeOf(
        departments.filter(() => random() < 0.5).map((id) => [id, pick(sensitivities)] as const),
        principals.filter(() => random() < 0.5),
      );
      const hits = passages.filter(() => random() < 0.5);
      const readers = new Set(hits.flatMap(({ passage }) => passage.readers ?? []));
      const access = JSON.stringify([
        tenant,
        [...scope.departments].toSorted(),
        [...scope.principals].filter((each) => readers.has(each)),
        hits.map((each) => passages.indexOf(each)),
      ]);
      const found = answerKey({ ...asked, tenantId: tenant, scope }, inputOf(question, hits));
      expect(seen.get(found) ?? access).toBe(access);
      seen.set(found, access);
    }
    expect(seen.size).toBeGreaterThan(500);
    expect(new Set(seen.values()).size).toBe(seen.size);
  });
});
