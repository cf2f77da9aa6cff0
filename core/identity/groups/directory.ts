import type { ExpertError } from "../../errors.ts";
import type { DirectoryId, GroupId } from "./group-id.ts";

/** Somebody as a directory names them. */
export interface DirectoryPerson {
  readonly directory: DirectoryId;
  readonly externalId: string;
}

/** A person as their directory knows them now. */
export interface KnownPerson {
  readonly kind: "known";
  /** All that they are in, also by way of another group. */
  readonly groups: readonly GroupId[];
  readonly name: string;
  /** Confirmed by the directory's own administrators; empty for a guest, whose address is another's word. */
  readonly emails: readonly string[];
  /** Invited from elsewhere, and nobody of the directory's own. */
  readonly guest: boolean;
}

/**
 * `unknown`: the directory has nobody of this id, or has switched them off. `unavailable`: it cannot be asked now, which
 * says nothing about the person; the error tells an administrator what to do.
 */
export type DirectoryAnswer =
  KnownPerson | { readonly kind: "unknown" } | { readonly kind: "unavailable"; readonly error: ExpertError };

/** People and their groups, as the company's own directory holds them. */
export interface Directory {
  /** Never throws for what the directory answers or fails to. */
  groupsOf(person: DirectoryPerson): Promise<DirectoryAnswer>;
}
