import type { Parts } from "../../adapters/connect.ts";
import { type ChainReport, type SealedBatch, verifyChain } from "../../core/audit/verify-chain.ts";
import { chooseTenant, type Tenant } from "./choose-account.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { serverAnswers } from "./server-answers.ts";
import { printJson, type Terminal } from "./terminal.ts";

export interface VerifyAuditOptions {
  readonly tenant?: string;
  /** A hash noted earlier. */
  readonly expect?: string;
}

interface TenantReport extends ChainReport {
  readonly tenant: string;
  readonly unsealed: { readonly events: number; readonly oldestAt: Date | null };
  /** The seal whose hash was expected; null where there is none, or none was asked for. */
  readonly expectedSeal: number | null;
}

/** A running server seals within a second; this long after, something is wrong with it. */
const unsealedLimitMs = 60_000;

/** Recomputes the audit trail's hashes and prints, for each company, whether it is whole. */
export function verifyAudit(terminal: Terminal, options: VerifyAuditOptions): Promise<0 | 1> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenants = await tenantsToVerify(parts, options);
    const running = parts.connected.attached || (await serverAnswers(parts.config)) !== null;
    const reports: TenantReport[] = [];
    for (const tenant of tenants) {
      terminal.detail(`· verifying ${tenant.slug}`);
      reports.push(await verifyTenant(parts, tenant, { expect: options.expect, running }));
    }
    const intact = reports.every((report) => report.intact);
    if (terminal.json) printJson(terminal, { intact, tenants: reports });
    else for (const report of reports) terminal.out(render(report));
    return intact ? exitCodes.done : exitCodes.failed;
  });
}

async function tenantsToVerify(parts: Parts, options: VerifyAuditOptions): Promise<readonly Tenant[]> {
  // An expected hash belongs to one company: which one must be clear.
  if (options.tenant !== undefined || options.expect !== undefined)
    return [await chooseTenant(parts, options.tenant)];
  const tenants = await parts.database.tenants();
  return tenants.length === 0 ? [await chooseTenant(parts, undefined)] : tenants;
}

async function verifyTenant(
  { database, clock }: Parts,
  tenant: Tenant,
  { expect, running }: { readonly expect: string | undefined; readonly running: boolean },
): Promise<TenantReport> {
  let expectedSeal: number | null = null;
  async function* noting(batches: AsyncIterable<SealedBatch>): AsyncGenerator<SealedBatch> {
    for await (const batch of batches) {
      if (batch.hash === expect?.toLowerCase()) expectedSeal = batch.number;
      yield batch;
    }
  }
  const report = await database.withTenant(tenant.id, ({ audit }) => verifyChain(noting(audit.sealed())));
  const unsealed = await database.withTenant(tenant.id, ({ audit }) => audit.unsealed());
  const faults = [...report.faults];
  const waitedMs = unsealed.oldestAt === null ? 0 : clock.now().getTime() - unsealed.oldestAt.getTime();
  if (running && waitedMs > unsealedLimitMs) {
    faults.push(
      `${String(unsealed.events)} events are not sealed; the oldest waits since ${unsealed.oldestAt?.toISOString() ?? ""} although a server runs`,
    );
  }
  if (expect !== undefined && expectedSeal === null)
    faults.push(`no seal has the expected hash ${expect}: seals were cut off or replaced`);
  return { ...report, tenant: tenant.slug, unsealed, expectedSeal, faults, intact: faults.length === 0 };
}

function render({
  tenant,
  intact,
  seals,
  events,
  head,
  unsealed,
  expectedSeal,
  faults,
}: TenantReport): string {
  const lines = [
    `${tenant}: ${intact ? "intact" : "BROKEN"}`,
    `  ${String(seals)} seals over ${String(events)} events, ${String(unsealed.events)} events not sealed yet`,
    `  head ${head === "" ? "(none yet)" : head}`,
  ];
  if (expectedSeal !== null) lines.push(`  the expected hash is seal ${String(expectedSeal)}`);
  lines.push(...faults.map((fault) => `  fault: ${fault}`));
  if (!intact)
    lines.push("  What to do: keep the database as it is, and compare it with a backup and an earlier head.");
  return `${lines.join("\n")}\n`;
}
