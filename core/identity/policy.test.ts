import { describe, expect, it } from "@jest/globals";
import { noApproval } from "../approvals/policy.ts";
import { noEscalation } from "../escalation/policy.ts";
import { type DepartmentId, type DocumentId, newId, type TenantId, type UserId } from "../ids.ts";
import type { KnowledgeDocument } from "../knowledge/document.ts";
import { canRead, type Sensitivity, sensitivities, withinDepartment } from "./access.ts";
import { type Department, type DepartmentRole, type Member, type Role, roles } from "./member.ts";
import {
  canReadAudit,
  canManageBudgets,
  canRemove,
  canSeeUse,
  canTakeOver,
  canUpload,
  everyoneScope,
  guestScope,
  readScope,
} from "./policy.ts";

const department = (audience: Department["audience"]): Department => ({
  id: newId<DepartmentId>(),
  slug: audience,
  name: { en: audience, th: audience },
  description: { en: "", th: "" },
  icon: "building",
  exampleQuestions: [],
  audience,
  guests: false,
  shareable: false,
  instructions: null,
  approval: noApproval,
  escalation: noEscalation,
  calibration: null,
});
const open = department("everyone");
const closed = department("members");
const openToGuests = { ...department("everyone"), guests: true };
const closedToAllButGuests = { ...department("members"), guests: true };

const member = (
  departments: readonly (readonly [Department, DepartmentRole])[],
  ...held: readonly Role[]
): Member => ({
  id: newId<UserId>(),
  tenantId: newId<TenantId>(),
  name: "Sam",
  email: "sam@small.example",
  roles: held.length === 0 ? ["staff"] : held,
  departments: new Map(departments.map(([{ id }, role]) => [id, role])),
  sessionsValidAfter: null,
});
const scopeOf = (person: Member) => readScope(person, [open, closed]);
const document = (change: Partial<KnowledgeDocument> = {}): KnowledgeDocument => ({
  id: newId<DocumentId>(),
  departmentId: open.id,
  name: "a.md",
  title: "A",
  mediaType: "text/markdown",
  sizeBytes: 1,
  contentHash: "",
  sensitivity: "public",
  readers: null,
  state: "ready",
  failure: null,
  warnings: [],
  kind: "file",
  passageCount: 1,
  uploadedBy: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  ...change,
});
const readable = (person: Member, place: Department): readonly Sensitivity[] =>
  sensitivities.filter((sensitivity) =>
    canRead(scopeOf(person), document({ departmentId: place.id, sensitivity })),
  );

describe("what a person may read", () => {
  it.each([
    ["nobody in particular, of a department for everyone", member([]), open, ["public"]],
    ["nobody in particular, of a department for its members", member([]), closed, []],
    ["a member", member([[closed, "member"]]), closed, ["public", "confidential"]],
    ["a member, of another department", member([[open, "member"]]), closed, []],
    ["a lead", member([[closed, "lead"]]), closed, ["public", "confidential", "restricted"]],
    ["an admin who is no member", member([], "admin"), closed, []],
  ] as const)("%s", (_who, person, place, labels) => {
    expect(readable(person, place)).toEqual(labels);
  });

  it("is, for a guest, what is public in the departments that are open to guests, whatever roles they have", () => {
    const departments = [open, closed, openToGuests, closedToAllButGuests];
    const guestsOwn = [
      [openToGuests.id, "public"],
      [closedToAllButGuests.id, "public"],
    ];
    const guest = member([], "guest");
    const promoted = member([], "guest", "admin");
    for (const person of [guest, promoted]) {
      const scope = readScope(person, departments);
      expect([...scope.departments]).toEqual(guestsOwn);
      expect([...scope.principals]).toEqual([`user:${person.id}`]);
    }
  });

  it("is, for a guest whom a group puts into a department, what its members read, and no more of the others", () => {
    const departments = [open, closed, openToGuests];
    const invited = member([[closed, "member"]], "guest");
    expect([...readScope(invited, departments).departments]).toEqual([
      [closed.id, "confidential"],
      [openToGuests.id, "public"],
    ]);
    expect(canUpload(invited, closed)).toBe(false);
  });

  it("is, for everyone of the tenant, what is public in the departments for everyone", () => {
    const scope = everyoneScope([open, closed, openToGuests, closedToAllButGuests]);
    expect([...scope.departments]).toEqual([
      [open.id, "public"],
      [openToGuests.id, "public"],
    ]);
    expect(scope.principals.size).toBe(0);
    expect(canRead(scope, document({ readers: [] }))).toBe(false);
    expect(everyoneScope([]).departments.size).toBe(0);
  });

  it("is, for somebody unknown, what is public in the departments that are open to guests", () => {
    const scope = guestScope([open, closed, openToGuests, closedToAllButGuests]);
    expect([...scope.departments]).toEqual([
      [openToGuests.id, "public"],
      [closedToAllButGuests.id, "public"],
    ]);
    expect(scope.principals.size).toBe(0);
    expect(guestScope([open, closed]).departments.size).toBe(0);
  });

  it("is narrowed by a list of readers, never widened", () => {
    const person = member([[open, "member"]]);
    const me = `user:${person.id}`;
    expect(canRead(scopeOf(person), document({ readers: [me] }))).toBe(true);
    expect(canRead(scopeOf(person), document({ readers: ["user:another", me] }))).toBe(true);
    expect(canRead(scopeOf(person), document({ readers: ["user:another"] }))).toBe(false);
    expect(canRead(scopeOf(person), document({ readers: [] }))).toBe(false);
    expect(canRead(scopeOf(person), document({ readers: [me], sensitivity: "restricted" }))).toBe(false);
    expect(canRead(scopeOf(person), document({ readers: [me], departmentId: closed.id }))).toBe(false);
  });

  it("is not more within one department than without, and nothing in one that is not readable", () => {
    const scope = scopeOf(member([[open, "lead"]]));
    expect([...withinDepartment(scope, open.id).departments]).toEqual([[open.id, "restricted"]]);
    expect(withinDepartment(scope, closed.id).departments.size).toBe(0);
    expect(withinDepartment(scope, newId<DepartmentId>()).departments.size).toBe(0);
  });
});

describe("what a person may do", () => {
  it("is to add documents to their departments, up to the label that they read, unless they are viewers or guests", () => {
    for (const role of roles) {
      const person = member([[open, "member"]], role);
      const allowed = sensitivities.filter((sensitivity) => canUpload(person, open, sensitivity));
      expect({ role, allowed }).toEqual({
        role,
        allowed: role === "viewer" || role === "guest" ? [] : ["public", "confidential"],
      });
    }
    expect(canUpload(member([[open, "lead"]]), open, "restricted")).toBe(true);
    expect(canUpload(member([]), open)).toBe(false);
    expect(canUpload(member([[open, "lead"]]), closed)).toBe(false);
  });

  it("is to remove what they uploaded or lead, as long as they may read it", () => {
    const person = member([[open, "member"]]);
    const lead = member([[open, "lead"]]);
    const mine = document({ uploadedBy: person.id });
    expect(canRemove(person, scopeOf(person), mine)).toBe(true);
    expect(canRemove(person, scopeOf(person), document())).toBe(false);
    expect(canRemove(lead, scopeOf(lead), mine)).toBe(true);
    expect(canRemove(person, scopeOf(person), { ...mine, sensitivity: "restricted" })).toBe(false);
    expect(canRemove(person, scopeOf(person), { ...mine, departmentId: closed.id })).toBe(false);
    const admin = member([], "admin");
    expect(canRemove(admin, scopeOf(admin), document())).toBe(false);
  });

  it("is to read the audit trail, for admins", () => {
    expect(roles.filter((role) => canReadAudit(member([], role)))).toEqual(["admin"]);
  });

  it("is to set budgets, for admins, and to see what a department uses, for its leads and admins", () => {
    expect(roles.filter((role) => canManageBudgets(member([[open, "lead"]], role)))).toEqual(["admin"]);
    expect(roles.filter((role) => canSeeUse(member([[open, "member"]], role), open))).toEqual(["admin"]);
    expect(canSeeUse(member([[open, "lead"]]), open)).toBe(true);
    expect(canSeeUse(member([[open, "lead"]]), closed)).toBe(false);
  });

  it.each([
    ["a lead", member([[closed, "lead"]]), true],
    ["a member who is an approver", member([[closed, "member"]], "staff", "approver"), true],
    ["a member", member([[closed, "member"]]), false],
    ["an approver of another department", member([[open, "lead"]], "approver"), false],
    ["an admin who is no member", member([], "admin"), false],
    ["a guest", member([], "guest"), false],
  ] as const)("is to take over a question of a department: %s", (_who, person, allowed) => {
    expect(canTakeOver(person, { departmentId: closed.id, requestedBy: newId<UserId>() })).toBe(allowed);
    expect(canTakeOver(person, { departmentId: closed.id, requestedBy: person.id })).toBe(false);
  });

  it("is to take over a question of no department, for approvers", () => {
    const question = { departmentId: null, requestedBy: newId<UserId>() };
    expect(roles.filter((role) => canTakeOver(member([[open, "lead"]], role), question))).toEqual([
      "approver",
    ]);
    const approver = member([], "approver");
    expect(canTakeOver(approver, { ...question, requestedBy: approver.id })).toBe(false);
  });
});
