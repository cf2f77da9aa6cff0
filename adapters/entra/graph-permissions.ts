import { z } from "zod";

/**
 * What the app needs to read people's accounts and groups, each with the wider permissions that hold it too.
 * https://learn.microsoft.com/en-us/graph/api/user-get and user-list-transitivememberof
 */
export const neededPermissions = {
  "User.Read.All": ["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  "GroupMember.Read.All": [
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
  ],
} as const;

const claimsSchema = z.object({ roles: z.array(z.string()).default([]) });

/** The application permissions that a token holds; null where it cannot be read, as Microsoft reserves for itself. */
export function permissionsOf(token: string): readonly string[] | null {
  const [, claims = ""] = token.split(".");
  try {
    const read: unknown = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
    return claimsSchema.parse(read).roles;
  } catch {
    return null;
  }
}

/** Which of the needed permissions a token lacks; none where it cannot be read. */
export function missingPermissions(token: string): readonly string[] {
  const held = permissionsOf(token);
  if (held === null) return [];
  return Object.entries(neededPermissions)
    .filter(([name, wider]) => ![name, ...wider].some((one) => held.includes(one)))
    .map(([name]) => name);
}
