import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { UserId } from "../ids.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import { offerCards } from "./cards.ts";
import { chooseApprovers } from "./choose-approvers.ts";
import { approvalsWaiting } from "./inbox.ts";

/** Nobody is away for longer at a time. */
const longestAwayMs = 366 * 86_400_000;

export interface SetAway {
  readonly identity: Identity;
  /** Until when, and the e-mail address of who decides meanwhile; null: they are back. */
  readonly away: { readonly until: Date; readonly delegate: string | null } | null;
}

/**
 * Keeps that somebody is away and who decides in their place, and offers what waits for them to whoever is asked instead.
 * Throws `invalid_input` with the field that is wrong, and `forbidden` for guests, who learn no names of people here.
 */
export async function setAway(ports: ApprovalPorts, { identity, away }: SetAway): Promise<void> {
  const { id, tenantId, roles } = identity.member;
  if (away !== null && roles.includes("guest")) {
    throw new ExpertError("forbidden", "Guests decide on no answers, so nobody stands in for them.", {
      remedy: "There is nothing to do.",
    });
  }
  const kept = away && {
    until: validUntil(ports, away.until),
    delegate: away.delegate === null ? null : await findDelegate(ports, identity, away.delegate),
  };
  const waiting = kept === null ? [] : await approvalsWaiting(ports, identity);
  await ports.database.withTenant(tenantId, ({ approvals }) =>
    approvals.setAway(id, kept, [
      {
        event: "approval.away",
        status: "success",
        userId: id,
        resourceType: "user",
        resourceId: id,
        metadata: kept ? { until: kept.until.toISOString(), delegate: kept.delegate } : { back: true },
      },
    ]),
  );
  for (const approval of waiting) {
    const level = approval.policy.levels[approval.level] ?? approval.policy.levels.at(-1);
    if (!level) continue;
    await offerCards(ports, tenantId, approval, await chooseApprovers(ports, tenantId, approval, level));
  }
}

function validUntil({ clock }: Pick<ApprovalPorts, "clock">, until: Date): Date {
  const awayMs = until.getTime() - clock.now().getTime();
  if (awayMs > 0 && awayMs <= longestAwayMs) return until;
  throw new ExpertError("invalid_input", "The end of the absence has to be in the future, within a year.", {
    remedy: "Choose a later day, or say that you are back.",
    facts: { until: until.toISOString() },
  });
}

async function findDelegate(
  ports: ApprovalPorts,
  { member, departments }: Identity,
  email: string,
): Promise<UserId> {
  const address = email.trim().toLowerCase();
  const found = await ports.database.withTenant(member.tenantId, ({ approvals }) =>
    approvals.approvers(null, { emails: [address] }),
  );
  const [delegate] = found;
  const identity = delegate && (await ports.people.identify(member.tenantId, delegate.id));
  if (!delegate || !identity || identity.member.roles.includes("guest")) {
    throw new ExpertError("invalid_input", "Nobody in the company has this e-mail address.", {
      remedy: "Name a colleague by the address that they sign in with.",
      facts: { delegate: address },
    });
  }
  if (delegate.id === member.id) {
    throw new ExpertError("invalid_input", "Nobody stands in for themselves.", {
      remedy: "Name a colleague, or nobody.",
      facts: { delegate: address },
    });
  }
  const shared = departments.some(
    ({ id }) => member.departments.has(id) && identity.scope.departments.has(id),
  );
  if (member.departments.size > 0 && !shared) {
    throw new ExpertError("invalid_input", `${delegate.name} may read none of your departments.`, {
      remedy: "Name somebody who may read what you decide on.",
      facts: { delegate: address },
    });
  }
  return delegate.id;
}
