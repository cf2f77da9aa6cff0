import { readCompanyPlan } from "../../adapters/filesystem/company-folder.ts";
import { noApproval } from "../../core/approvals/policy.ts";
import { noEscalation } from "../../core/escalation/policy.ts";
import { answerReply, notFoundReply } from "../../core/conversation/reply-texts.ts";
import type { Reply } from "../../core/conversation/reply.ts";
import type { Sensitivity } from "../../core/identity/access.ts";
import type { Identity } from "../../core/identity/directory.ts";
import type { Department, Member } from "../../core/identity/member.ts";
import { readScope } from "../../core/identity/policy.ts";
import { type DepartmentId, newId, type TenantId, type TurnId, type UserId } from "../../core/ids.ts";
import type { LookedUp } from "../../core/knowledge/look-up-passages.ts";
import type { Language } from "../../core/text/language.ts";
import { askableFolder } from "../demo-company/ask-company.ts";
import { root } from "../frame/repository.ts";

export interface DemoQuestion {
  readonly question: string;
  /** Slug of the department that is asked; absent: the product chooses. */
  readonly department?: string;
  readonly language?: Language;
  /** The strictest label that may be read for it; `public` where absent. */
  readonly upTo?: Sensitivity;
  /** Others see the reply. */
  readonly inChannel?: boolean;
  /** The asker may read more than everyone who sees the reply. */
  readonly fuller?: boolean;
}

/** The demo company, its people, and the answers that the product gives from its documents. */
export interface DemoCompany {
  reply(question: DemoQuestion): Promise<Reply>;
  /** What a search for words finds among its public pages. */
  lookUp(text: string, limit: number): Promise<readonly LookedUp[]>;
  /** A person by their address's name, as `malee`. Throws where there is none. */
  person(name: string): Identity;
  department(slug: string): Department;
  close(): Promise<void>;
}

export async function openDemoCompany(): Promise<DemoCompany> {
  const folder = `${root}deploy/demo-company`;
  const [plan, askable] = await Promise.all([readCompanyPlan(folder), askableFolder(folder)]);
  const tenantId = newId<TenantId>();
  const departments = plan.departments.map(
    ({
      slug,
      name,
      description,
      icon,
      audience,
      guests,
      shareable,
      questions,
      approval,
      escalation,
    }): Department => ({
      ...{ slug, name, description, icon, audience, guests, shareable },
      id: newId<DepartmentId>(),
      exampleQuestions: questions.map(({ text }) => text),
      instructions: null,
      approval: approval ?? noApproval,
      escalation: escalation ?? noEscalation,
      calibration: null,
    }),
  );
  const department = (slug: string): Department => {
    const found = departments.find((one) => one.slug === slug);
    if (!found) throw new Error(`The demo company has no department ${slug}.`);
    return found;
  };
  const identify = (person: Pick<Member, "name" | "email" | "roles" | "departments">): Identity => {
    const member: Member = { ...person, id: newId<UserId>(), tenantId, sessionsValidAfter: null };
    return { member, departments, scope: readScope(member, departments) };
  };
  const people = new Map(
    plan.people.map(({ departments: roles, ...person }) => {
      const entries = Object.entries(roles).map(([slug, role]) => [department(slug).id, role] as const);
      return [person.email.split("@")[0], identify({ ...person, departments: new Map(entries) })];
    }),
  );

  return {
    async reply({ question, department: slug, language = "en", upTo, inChannel = false, fuller = false }) {
      const answer = await askable.ask(question, slug, upTo);
      const { draft, confidence, result, answered } = answer;
      const common = { turnId: newId<TurnId>(), language, confidence, fuller };
      if (answered) return answerReply({ ...common, draft });
      const searched = {
        department: answer.department === null ? null : department(answer.department).name[language],
        collectionSize: result.collectionSize,
        place: inChannel ? ("something" as const) : null,
      };
      return notFoundReply({ ...common, searched, hits: result.hits });
    },
    person(name) {
      const found = people.get(name);
      if (!found) throw new Error(`The demo company has nobody called ${name}.`);
      return found;
    },
    department,
    lookUp: askable.lookUp,
    close: () => askable.close(),
  };
}
