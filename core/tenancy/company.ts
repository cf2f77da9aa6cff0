import { z } from "zod";
import { approvalPolicy } from "../approvals/policy.ts";
import { escalationPolicy } from "../escalation/policy.ts";
import { sensitivities } from "../identity/access.ts";
import { departmentRoles, roles } from "../identity/member.ts";
import { languages } from "../text/language.ts";

const translated = z.strictObject({ en: z.string().min(1), th: z.string().min(1) });
const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens");

const departmentPlan = z.strictObject({
  slug,
  name: translated,
  description: translated,
  icon: slug,
  audience: z.enum(["everyone", "members"]).default("everyone"),
  /** Whether people of a chat platform whom the company does not know may ask it, up to what is public in it. */
  guests: z.boolean().default(false),
  /** Whether an answer that only its asker saw may be shown to everyone in the channel. */
  shareable: z.boolean().default(false),
  /** When a human approves its answers; null: never. */
  approval: approvalPolicy.nullable().default(null),
  escalation: escalationPolicy.nullable().default(null),
  questions: z
    .array(z.strictObject({ text: z.string().min(1), language: z.enum(languages), answeredBy: z.string() }))
    .default([]),
  /** Labels of files; one that is not named is public. */
  sensitivity: z.record(z.string(), z.enum(sensitivities)).default({}),
});

const personPlan = z.strictObject({
  name: z.string().min(1),
  email: z.email(),
  roles: z.array(z.enum(roles)).min(1),
  /** Departments by slug. */
  departments: z.record(slug, z.enum(departmentRoles)).default({}),
});

/** A company as its `company.yaml` describes it: what a new tenant begins with. */
export const companyPlan = z
  .strictObject({
    name: translated,
    slug,
    domain: z.string(),
    description: translated,
    timeZone: z.string(),
    departments: z.array(departmentPlan).min(1),
    people: z.array(personPlan).min(1),
  })
  .superRefine((company, context) => {
    const known = new Set(company.departments.map((department) => department.slug));
    for (const person of company.people) {
      for (const department of Object.keys(person.departments)) {
        if (known.has(department)) continue;
        context.addIssue({
          code: "custom",
          message: `${person.email} is in an unknown department: ${department}`,
        });
      }
    }
  });
export type CompanyPlan = z.output<typeof companyPlan>;
