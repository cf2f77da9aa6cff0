import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ExpertError } from "../../core/errors.ts";
import type { Sensitivity } from "../../core/identity/access.ts";
import { type CompanyPlan, companyPlan } from "../../core/tenancy/company.ts";

export interface CompanyFile {
  readonly departmentSlug: string;
  readonly name: string;
  readonly sensitivity: Sensitivity;
  readonly content: Uint8Array;
}

/** Reads `company.yaml` of a folder. Throws `configuration_invalid`, naming every fault. */
export async function readCompanyPlan(folder: string): Promise<CompanyPlan> {
  const parsed = companyPlan.safeParse(parse(await readFile(join(folder, "company.yaml"), "utf8")));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new ExpertError(
    "configuration_invalid",
    `${folder}/company.yaml has faults:\n  ${faults.join("\n  ")}`,
    { remedy: "Correct the fields that are named; deploy/demo-company/company.yaml shows every one." },
  );
}

/** The Markdown files of the departments' folders, labelled as the plan says. */
export async function* readCompanyFiles(folder: string, plan: CompanyPlan): AsyncGenerator<CompanyFile> {
  for (const { slug, sensitivity } of plan.departments) {
    const names = (await filesOf(join(folder, slug))).filter((name) => name.endsWith(".md")).toSorted();
    for (const name of names) {
      const content = await readFile(join(folder, slug, name));
      yield { departmentSlug: slug, name, sensitivity: sensitivity[name] ?? "public", content };
    }
  }
}

/** A department may begin without a folder of its own. */
async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
