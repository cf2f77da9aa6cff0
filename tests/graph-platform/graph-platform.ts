import { randomUUID } from "node:crypto";

/** Somebody in a Microsoft tenant, as Entra holds them. */
export interface GraphUser {
  readonly id: string;
  readonly displayName: string;
  readonly mail: string | null;
  readonly userPrincipalName: string;
  readonly userType: "Member" | "Guest";
  accountEnabled: boolean;
}

/** A group; its members are ids of people and of other groups. */
export interface GraphGroup {
  readonly id: string;
  readonly displayName: string;
  readonly members: Set<string>;
}

/** Ordered by a test for the next call of Graph: an answer of an error, no answer, or another body. */
export type GraphFault =
  | { readonly status: number; readonly code: string; readonly retryAfter?: string }
  | { readonly how: "close" | "hang" }
  | { readonly body: string };

/** Entra and Graph of one Microsoft tenant, in memory. */
export class EntraTenant {
  readonly id: string;
  readonly users = new Map<string, GraphUser>();
  readonly groups = new Map<string, GraphGroup>();
  /** Application permissions that an administrator consented to. */
  permissions: readonly string[] = ["User.Read.All", "GroupMember.Read.All"];

  constructor(id: string = randomUUID()) {
    this.id = id;
  }

  user(change: Partial<GraphUser> & Pick<GraphUser, "displayName">): GraphUser {
    const name = change.displayName.toLowerCase().replaceAll(" ", ".");
    const user: GraphUser = {
      id: randomUUID(),
      mail: `${name}@small.example`,
      userPrincipalName: `${name}@small.example`,
      userType: "Member",
      accountEnabled: true,
      ...change,
    };
    this.users.set(user.id, user);
    return user;
  }

  group(displayName: string, ...members: readonly { readonly id: string }[]): GraphGroup {
    const group = { id: randomUUID(), displayName, members: new Set(members.map(({ id }) => id)) };
    this.groups.set(group.id, group);
    return group;
  }

  /** The groups that somebody is in, also by way of others. */
  groupsOf(id: string): readonly GraphGroup[] {
    const found = new Set<GraphGroup>();
    const follow = (member: string): void => {
      for (const group of this.groups.values()) {
        if (!group.members.has(member) || found.has(group)) continue;
        found.add(group);
        follow(group.id);
      }
    };
    follow(id);
    return [...found];
  }
}
