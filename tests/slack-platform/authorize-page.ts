import type { OrganisationState, PlatformState, WorkspaceState } from "./platform-state.ts";
import { newSecret } from "./platform-state.ts";

/** Who looks at the consent page next, and what they decide. */
export interface Consent {
  readonly workspace: WorkspaceState;
  readonly person: string;
  readonly organisation: OrganisationState | undefined;
  readonly deny: boolean;
}

/**
 * GET /oauth/v2/authorize: the consent page, decided at once, so that a browser only follows redirects. Served here,
 * for the emulate package's page waits for a click and knows neither several workspaces nor organisations.
 * Returns where the browser goes next, or what the page says instead.
 */
export function authorize(
  state: PlatformState,
  query: URLSearchParams,
  consent: Consent | undefined,
): { redirect: string } | { problem: string } {
  const redirect = query.get("redirect_uri") ?? state.app.redirectUrls[0];
  if (query.get("client_id") !== state.app.clientId) return { problem: "invalid_client_id" };
  if (redirect === undefined) return { problem: "redirect_uri is missing" };
  if (
    state.app.redirectUrls.length > 0 &&
    !state.app.redirectUrls.some((known) => redirect.startsWith(known))
  )
    return { problem: "bad_redirect_uri" };
  if (!consent) return { problem: "nobody is signed in: use Person.addToSlack" };
  const back = new URL(redirect);
  const given = query.get("state");
  if (given !== null) back.searchParams.set("state", given);
  if (consent.deny) {
    back.searchParams.set("error", "access_denied");
    return { redirect: back.href };
  }
  const scopes = (query.get("scope") ?? "").split(/[\s,]+/).filter((scope) => scope !== "");
  if (scopes.length === 0) return { problem: "invalid_scope: no scopes are asked for" };
  const code = `${newSecret(6)}.${newSecret(6)}.${newSecret(24)}`;
  state.codes.set(code, {
    workspace: consent.workspace,
    organisation: consent.organisation,
    scopes,
    redirect,
    installer: consent.person,
    at: state.now(),
  });
  back.searchParams.set("code", code);
  return { redirect: back.href };
}
