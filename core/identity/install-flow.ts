import type { TenantId, UserId } from "../ids.ts";

/** Whether the bot is in a workspace now, and if not, why. Texts of it are the bot's own. */
export type InstallOutcome =
  | {
      readonly kind: "installed";
      readonly workspaceName: string;
      /** Opens the workspace in the platform's own client. */
      readonly openUrl: string | null;
    }
  | {
      readonly kind: "failed";
      /**
       * `denied`: by the person, on the platform's page. `link_expired`: or never ours, or its admin is none any more.
       * `other_browser`: what came back was not begun in this browser, or too long ago. `other_company`: the workspace
       * belongs to another tenant. `refused`: the platform did not take the exchange. `unavailable`: try again.
       */
      readonly reason:
        "denied" | "link_expired" | "other_browser" | "other_company" | "refused" | "unavailable";
      /** For the person's administrator: the platform's code or the name of what is wrong. */
      readonly detail: string | null;
    };

/** An answer to a browser that comes back from the platform. */
export interface InstallReturn {
  readonly outcome: InstallOutcome;
  /** `set-cookie` lines. */
  readonly cookies: readonly string[];
}

export interface InstallLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/** How an admin adds the bot to a workspace of a chat platform. */
export interface InstallFlow {
  /**
   * An address that adds the bot to workspaces of this tenant, for whoever has it and for an hour.
   * @param installer who is named in the audit trail; null where nobody is signed in, as in a terminal.
   */
  link(tenant: TenantId, installer: UserId | null): InstallLink;
  /** Where a browser that opens the address goes, and what it keeps until it comes back. Throws `unauthenticated`. */
  begin(ticket: string): Promise<{ readonly location: string; readonly cookies: readonly string[] }>;
  /** Keeps the installation. Never throws: what went wrong is the outcome. */
  finish(returned: { readonly url: string; readonly cookie: string | undefined }): Promise<InstallReturn>;
}
