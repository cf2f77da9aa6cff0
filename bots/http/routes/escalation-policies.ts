import { Router, json } from "express";
import { stringify } from "yaml";
import { z } from "zod";
import { changeableDepartment, changeableDepartments } from "../../../core/approvals/change-policy.ts";
import type { Database } from "../../../core/database.ts";
import { changeEscalationPolicy } from "../../../core/escalation/change-policy.ts";
import type { EscalationPolicy } from "../../../core/escalation/policy.ts";
import { type EscalationPreview, previewEscalation } from "../../../core/escalation/preview-policy.ts";
import type { Identity, People } from "../../../core/identity/directory.ts";
import type { Department } from "../../../core/identity/member.ts";
import { identityOf } from "../authenticate.ts";
import { changePolicyBody } from "../contract/approval-policy.ts";
import type { EscalationPolicyView, EscalationPreviewView } from "../contract/escalation-policy.ts";
import { parseInput } from "../http-errors.ts";
import { readYaml } from "../read-yaml.ts";

const bodyLimit = "100kb";
const slugOf = (value: unknown): string => parseInput(z.string().max(100), value);

/** A policy as it was sent: as JSON, or as a text in YAML. */
function writtenIn(body: unknown): unknown {
  const sent = parseInput(changePolicyBody, body);
  return "yaml" in sent ? readYaml(sent.yaml) : sent.policy;
}

/** What of departments' questions escalates, for their leads and for admins. */
export function escalationPolicyRoutes(ports: {
  readonly database: Database;
  readonly people: People;
}): Router {
  const router = Router();
  const present = async (
    { member }: Identity,
    department: Department,
    policy: EscalationPolicy,
  ): Promise<EscalationPolicyView> => {
    const connections = await ports.database.withTenant(member.tenantId, (stores) =>
      stores.connections.list(),
    );
    return {
      department: { slug: department.slug, name: department.name },
      policy,
      yaml: stringify(policy, { lineWidth: 100 }),
      connections: connections
        .filter(({ kind }) => kind !== "webhook")
        .map(({ name, kind }) => ({ name, kind })),
    };
  };

  router.get("/escalation-policies", (request, response) => {
    response.json({
      items: changeableDepartments(identityOf(request)).map(({ slug, name, escalation }) => ({
        slug,
        name,
        escalates: Object.values(escalation.on).some((to) => to !== "none"),
      })),
    });
  });

  router.get("/departments/:slug/escalation-policy", async (request, response) => {
    const identity = identityOf(request);
    const department = changeableDepartment(identity, slugOf(request.params.slug));
    response.json(await present(identity, department, department.escalation));
  });

  router.put(
    "/departments/:slug/escalation-policy",
    json({ limit: bodyLimit }),
    async (request, response) => {
      const identity = identityOf(request);
      const slug = slugOf(request.params.slug);
      const department = changeableDepartment(identity, slug);
      const policy = await changeEscalationPolicy(ports, identity, slug, writtenIn(request.body));
      response.json(await present(identity, department, policy));
    },
  );

  router.post(
    "/departments/:slug/escalation-policy/preview",
    json({ limit: bodyLimit }),
    async (request, response) => {
      const identity = identityOf(request);
      const slug = slugOf(request.params.slug);
      changeableDepartment(identity, slug);
      const written = writtenIn(request.body);
      response.json(presentPreview(await previewEscalation(ports, identity, slug, written)));
    },
  );
  return router;
}

const presentPreview = ({ questions, tickets, pages, items }: EscalationPreview): EscalationPreviewView => ({
  questions,
  tickets,
  pages,
  items: items.map(({ turnId, question, askedAt, triggers, word, severity, ticket, page }) => ({
    turnId,
    question,
    askedAt: askedAt.toISOString(),
    triggers: [...triggers],
    word,
    severity,
    ticket,
    page,
  })),
});
