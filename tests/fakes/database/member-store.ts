import { readPolicy } from "../../../core/approvals/read-policy.ts";
import { readEscalationPolicy } from "../../../core/escalation/read-policy.ts";
import type { Department } from "../../../core/identity/member.ts";
import type { MemberStore } from "../../../core/identity/member-store.ts";
import type { DepartmentId } from "../../../core/ids.ts";
import { effectiveMember } from "./group-store.ts";
import { record, type Tables } from "./tables.ts";

export function fakeMemberStore(tables: Tables): MemberStore {
  const { members, signIns, approvalChannels } = tables;
  const change = (id: DepartmentId, changes: Partial<Department>): boolean => {
    if (!tables.departments.some((department) => department.id === id)) return false;
    tables.departments = tables.departments.map((department) =>
      department.id === id ? { ...department, ...changes } : department,
    );
    return true;
  };
  return {
    async member(id) {
      const member = members.get(id);
      return member ? effectiveMember(tables, member) : null;
    },
    async people(which, atMost) {
      const holds = (text: string, words: string): boolean =>
        text.toLowerCase().includes(words.toLowerCase());
      return [...members.values()]
        .filter(({ id, name, email, roles }) =>
          "ids" in which
            ? which.ids.includes(id)
            : !roles.includes("guest") && (holds(name, which.words) || holds(email, which.words)),
        )
        .toSorted((one, other) => one.name.localeCompare(other.name))
        .slice(0, atMost)
        .map(({ id, name, email }) => ({ id, name, email }));
    },
    async endSessions(id, before, audit) {
      const member = members.get(id);
      if (!member) return;
      const stands = member.sessionsValidAfter;
      members.set(id, { ...member, sessionsValidAfter: stands && stands > before ? stands : before });
      record(tables, audit);
    },
    localAccounts: async () => tables.accounts,
    companyName: async () => tables.companyName,
    timeZone: async () => tables.timeZone,
    departments: async () => tables.departments,
    async setApprovalPolicy(department, policy, audit) {
      const isKnown = change(department, { approval: readPolicy(policy).policy });
      if (isKnown) record(tables, audit, department);
      return isKnown;
    },
    async setEscalationPolicy(department, policy, audit) {
      const isKnown = change(department, { escalation: readEscalationPolicy(policy).policy });
      if (isKnown) record(tables, audit, department);
      return isKnown;
    },
    async setCalibration(department, calibration) {
      change(department, { calibration });
    },
    async setApprovalChannel(user, channel) {
      if (channel === null) approvalChannels.delete(user);
      else approvalChannels.set(user, channel);
    },
    async signedIn(user, at) {
      const stands = signIns.get(user);
      if (!stands || stands < at) signIns.set(user, at);
    },
  };
}
