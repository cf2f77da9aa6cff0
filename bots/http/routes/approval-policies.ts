import { Router, json } from "express";
import { stringify } from "yaml";
import { z } from "zod";
import {
  changeableDepartment,
  changeableDepartments,
  changePolicy,
} from "../../../core/approvals/change-policy.ts";
import type { ApprovalPolicy } from "../../../core/approvals/policy.ts";
import type { Database } from "../../../core/database.ts";
import type { People } from "../../../core/identity/directory.ts";
import type { Department } from "../../../core/identity/member.ts";
import { identityOf } from "../authenticate.ts";
import { changePolicyBody, type PolicyView } from "../contract/approval-policy.ts";
import { parseInput } from "../http-errors.ts";
import { readYaml } from "../read-yaml.ts";

const slugOf = (value: unknown): string => parseInput(z.string().max(100), value);

/** When departments' answers need approval, for their leads and for admins. */
export function approvalPolicyRoutes(ports: {
  readonly database: Database;
  readonly people: People;
}): Router {
  const router = Router();

  router.get("/approval-policies", (request, response) => {
    response.json({
      items: changeableDepartments(identityOf(request)).map(({ slug, name, approval }) => ({
        slug,
        name,
        requiredFor: approval.required_for,
      })),
    });
  });

  router.get("/departments/:slug/approval-policy", (request, response) => {
    const department = changeableDepartment(identityOf(request), slugOf(request.params.slug));
    response.json(presentPolicy(department, department.approval));
  });

  router.put("/departments/:slug/approval-policy", json({ limit: "100kb" }), async (request, response) => {
    const identity = identityOf(request);
    const slug = slugOf(request.params.slug);
    const department = changeableDepartment(identity, slug);
    const body = parseInput(changePolicyBody, request.body);
    const written = "yaml" in body ? readYaml(body.yaml) : body.policy;
    response.json(presentPolicy(department, await changePolicy(ports, identity, slug, written)));
  });
  return router;
}

const presentPolicy = ({ slug, name }: Department, policy: ApprovalPolicy): PolicyView => ({
  department: { slug, name },
  policy,
  yaml: stringify(policy, { lineWidth: 100 }),
});
