/** Encrypts what must not be read in the database. */
export interface SecretBox {
  /** `context` names what the secret belongs to; it opens under the same context alone. */
  seal(secret: string, context: string): string;
  /** Throws `configuration_invalid` where its key is no longer there, and `internal` where it was tampered with. */
  open(sealed: string, context: string): string;
  /** Whether it was sealed with the newest key. */
  isCurrent(sealed: string): boolean;
}
