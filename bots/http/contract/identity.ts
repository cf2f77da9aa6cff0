import { z } from "zod";
import { roles } from "../../../core/identity/member.ts";

export const personSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    email: z.string(),
    roles: z.array(z.enum(roles)),
  })
  .meta({ id: "Person" });

export const sessionSchema = z
  .object({
    person: personSchema,
    company: z.object({ name: z.string() }),
  })
  .meta({ id: "Session" });
export type SessionView = z.infer<typeof sessionSchema>;

/** Local accounts are offered on loopback only; elsewhere the list is empty. */
export const signInOptionsSchema = z
  .object({
    companyName: z.string().nullable(),
    localAccounts: z.array(z.object({ email: z.string(), name: z.string(), roles: z.array(z.enum(roles)) })),
  })
  .meta({ id: "SignInOptions" });
export type SignInOptions = z.infer<typeof signInOptionsSchema>;

export const signInSchema = z.strictObject({ email: z.email() }).meta({ id: "SignIn" });

const translated = z.object({ en: z.string(), th: z.string() });

export const departmentSchema = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: translated,
    description: translated,
    /** A Tabler icon name, for instance `server-2`. */
    icon: z.string(),
    exampleQuestions: z.array(z.string()),
    /** Documents that are ready and that this person may read. */
    documentCount: z.int(),
    /** May this person add documents here? */
    canUpload: z.boolean(),
  })
  .meta({ id: "Department" });
export type DepartmentView = z.infer<typeof departmentSchema>;
export const departmentListSchema = z.object({ items: z.array(departmentSchema) });
