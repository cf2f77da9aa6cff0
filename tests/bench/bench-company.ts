import { setTimeout as sleep } from "node:timers/promises";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import type { TenantId } from "../../core/ids.ts";
import { companyPlan, type CompanyPlan } from "../../core/tenancy/company.ts";
import type { DocumentView } from "../../bots/http/contract/knowledge.ts";
import { call, createAgent, type Session, signIn } from "./api-client.ts";
import type { DemoDocument } from "./demo-documents.ts";
import type { Product } from "./product-process.ts";

/** A company of its own in a running product: departments, one who adds documents, and those who ask. */
export interface BenchCompany {
  readonly tenantId: TenantId;
  readonly departments: ReadonlyMap<string, string>;
  readonly librarian: Session;
  readonly askers: readonly Session[];
}

const askersCount = 10;
const domain = "bench.example";

/** Those who ask, by the addresses under which other channels know them too. */
export const askerEmails: readonly string[] = Array.from(
  { length: askersCount },
  (_, place) => `asker-${place}@${domain}`,
);

/** Makes a company with the documents' departments, through the same code as every new tenant. */
export async function foundCompany(
  product: Product,
  documents: readonly DemoDocument[],
): Promise<BenchCompany> {
  const slugs = [...new Set(documents.map(({ departmentSlug }) => departmentSlug))];
  const { tenantId, departments } = await provisionCompany(await product.databaseUrl(), planOf(slugs), {
    localAccounts: true,
  });
  const agent = createAgent();
  return {
    tenantId,
    departments,
    librarian: await signIn(product.url, `librarian@${domain}`, agent),
    askers: await Promise.all(askerEmails.map((email) => signIn(product.url, email, agent))),
  };
}

function planOf(slugs: readonly string[]): CompanyPlan {
  const nameOf = (slug: string): string => slug.replaceAll("-", " ");
  const everywhere = (role: "lead" | "member"): Record<string, string> =>
    Object.fromEntries(slugs.map((slug) => [slug, role]));
  return companyPlan.parse({
    name: { en: "Bench", th: "Bench" },
    slug: "bench",
    domain,
    description: { en: "A company to measure with.", th: "A company to measure with." },
    timeZone: "UTC",
    departments: slugs.map((slug) => ({
      slug,
      name: { en: nameOf(slug), th: nameOf(slug) },
      description: { en: `Documents of ${nameOf(slug)}.`, th: `Documents of ${nameOf(slug)}.` },
      icon: "building",
    })),
    people: [
      {
        name: "Librarian",
        email: `librarian@${domain}`,
        roles: ["staff", "admin"],
        departments: everywhere("lead"),
      },
      ...askerEmails.map((email, place) => ({
        name: `Asker ${place}`,
        email,
        roles: ["staff"],
        departments: everywhere("member"),
      })),
    ],
  });
}

export interface Ingested {
  /** From the first upload to the moment when no document waits any more. */
  readonly seconds: number;
  readonly uploadSeconds: number;
  readonly ready: number;
  readonly failed: number;
  readonly passages: number;
}

const uploadsAtOnce = 4;
const pollMs = 50;
const ingestionLimitMs = 300_000;

/** Uploads all documents over HTTP and waits until each is ready or failed. */
export async function ingestDocuments(
  { departments, librarian }: BenchCompany,
  documents: readonly DemoDocument[],
): Promise<Ingested> {
  const begin = performance.now();
  const waiting = [...documents];
  const uploader = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await upload(librarian, next, departments);
  };
  await Promise.all(Array.from({ length: uploadsAtOnce }, uploader));
  const uploadSeconds = (performance.now() - begin) / 1_000;
  while (await anyDocument(librarian, "pending", "processing")) {
    if (performance.now() - begin > ingestionLimitMs) throw new Error("the documents did not become ready");
    await sleep(pollMs);
  }
  const seconds = (performance.now() - begin) / 1_000;
  const stored = await listDocuments(librarian);
  const ready = stored.filter(({ state }) => state === "ready");
  return {
    seconds,
    uploadSeconds,
    ready: ready.length,
    failed: stored.length - ready.length,
    passages: ready.reduce((sum, { passageCount }) => sum + passageCount, 0),
  };
}

async function upload(
  session: Session,
  { file, departmentSlug, content }: DemoDocument,
  departments: ReadonlyMap<string, string>,
): Promise<void> {
  const form = new FormData();
  form.set("departmentId", departments.get(departmentSlug) ?? "");
  form.set("file", new Blob([content], { type: "text/markdown" }), file);
  await call(session, "/v1/documents", { method: "POST", body: form });
}

interface DocumentPage {
  readonly items: readonly DocumentView[];
  readonly nextCursor: string | null;
}

async function anyDocument(session: Session, ...states: readonly string[]): Promise<boolean> {
  for (const state of states) {
    const { items } = await call<DocumentPage>(session, `/v1/documents?limit=1&state=${state}`);
    if (items.length > 0) return true;
  }
  return false;
}

async function listDocuments(session: Session): Promise<readonly DocumentView[]> {
  const documents: DocumentView[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: DocumentPage = await call(session, `/v1/documents?limit=100${cursor && `&cursor=${cursor}`}`);
    documents.push(...page.items);
    cursor = page.nextCursor;
  }
  return documents;
}
