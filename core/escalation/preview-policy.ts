import { changeableDepartment } from "../approvals/change-policy.ts";
import type { Database } from "../database.ts";
import type { Identity } from "../identity/directory.ts";
import type { TurnId } from "../ids.ts";
import { parseEscalationPolicy } from "./change-policy.ts";
import { severer, wantedLinks } from "./choose-links.ts";
import type { PastQuestion } from "./escalation-store.ts";
import type { EscalationPolicy } from "./policy.ts";
import { judgeCriticality } from "./severity.ts";
import { type EscalationTrigger, escalationTriggers, type Severity } from "./trigger.ts";

/** A question of the past that a policy would have escalated. */
export interface PreviewedQuestion {
  readonly turnId: TurnId;
  readonly question: string;
  readonly askedAt: Date;
  /** Those of its triggers for which the policy wants something. */
  readonly triggers: readonly EscalationTrigger[];
  /** The word that made it critical; null where none did. */
  readonly word: string | null;
  readonly severity: Severity;
  readonly ticket: boolean;
  readonly page: boolean;
}

/** What a policy would have done. */
export interface EscalationPreview {
  /** How many questions were looked at. */
  readonly questions: number;
  readonly tickets: number;
  readonly pages: number;
  /** How many of them each trigger would have escalated. */
  readonly byTrigger: Readonly<Record<EscalationTrigger, number>>;
  /** Those that would have escalated, newest first. */
  readonly items: readonly PreviewedQuestion[];
}

const questionsPreviewed = 100;

/**
 * What a policy would have done with the department's last hundred questions, before it is kept; it changes nothing. Throws
 * as `changeEscalationPolicy`, but for connections that there are not yet.
 */
export async function previewEscalation(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  identity: Identity,
  slug: string,
  written: unknown,
): Promise<EscalationPreview> {
  const department = changeableDepartment(identity, slug);
  const policy = parseEscalationPolicy(written);
  const asked = await database.withTenant(identity.member.tenantId, ({ escalations }) =>
    escalations.history(department.id, questionsPreviewed),
  );
  const items = asked.flatMap((question) => previewOf(question, policy) ?? []);
  const count = (is: (item: PreviewedQuestion) => boolean): number => items.filter(is).length;
  return {
    questions: asked.length,
    tickets: count(({ ticket }) => ticket),
    pages: count(({ page }) => page),
    byTrigger: Object.fromEntries(
      escalationTriggers.map((trigger) => [trigger, count(({ triggers }) => triggers.includes(trigger))]),
    ) as Record<EscalationTrigger, number>,
    items,
  };
}

/** Null where the policy would have done nothing. */
function previewOf(
  { turnId, question, askedAt, triggers: happened }: PastQuestion,
  policy: EscalationPolicy,
): PreviewedQuestion | null {
  const { word } =
    policy.on.critical === "none" ? { word: null } : judgeCriticality(question, policy.critical_words);
  // The words are judged while it is answered, before anything else can happen to it.
  const all: readonly EscalationTrigger[] = [...(word === null ? [] : (["critical"] as const)), ...happened];
  let severity: Severity = "info";
  const triggers: EscalationTrigger[] = [];
  const kinds = new Set<string>();
  for (const trigger of all) {
    const risen = severer(policy.severity[trigger], severity);
    const wanted = wantedLinks(policy, trigger, risen);
    if (wanted.length === 0) continue;
    severity = risen;
    triggers.push(trigger);
    for (const { kind } of wanted) kinds.add(kind);
  }
  if (triggers.length === 0) return null;
  const ticket = kinds.has("ticket");
  return { turnId, question, askedAt, triggers, word, severity, ticket, page: kinds.has("page") };
}
