import { ExpertError } from "../../core/errors.ts";
import type { Directory } from "../../core/identity/groups/directory.ts";
import { type DirectoryId, groupIn, type GroupId } from "../../core/identity/groups/group-id.ts";

interface FakePerson {
  readonly name: string;
  readonly emails: readonly string[];
  readonly guest: boolean;
  enabled: boolean;
}

/** People and groups in memory. */
export interface FakeDirectory extends Directory {
  readonly id: DirectoryId;
  readonly people: Map<string, FakePerson>;
  /** Members of groups, by the directory's own ids of both. */
  readonly groups: Map<string, Set<string>>;
  /** How often it was asked. */
  asked: number;
  away: boolean;
}

export function createFakeDirectory(id: DirectoryId): FakeDirectory {
  const people: FakeDirectory["people"] = new Map();
  const groups: FakeDirectory["groups"] = new Map();

  function groupsOf(member: string, found = new Set<GroupId>()): Set<GroupId> {
    for (const [group, members] of groups) {
      const named = groupIn(id, group);
      if (!members.has(member) || found.has(named)) continue;
      groupsOf(group, found.add(named));
    }
    return found;
  }

  return {
    id,
    people,
    groups,
    asked: 0,
    away: false,
    async groupsOf({ directory, externalId }) {
      this.asked += 1;
      if (this.away) {
        const error = new ExpertError("channel_unavailable", "The directory is away.", { remedy: "Wait." });
        return { kind: "unavailable", error };
      }
      const person = directory === id ? people.get(externalId) : undefined;
      if (!person?.enabled) return { kind: "unknown" };
      const { name, emails, guest } = person;
      return { kind: "known", groups: [...groupsOf(externalId)], name, emails: guest ? [] : emails, guest };
    },
  };
}
