import { asExpertError } from "../run-command.ts";
import type { Check, CheckContext, Finding } from "./check.ts";

export interface CheckResult extends Finding {
  readonly name: string;
  readonly milliseconds: number;
}

/** The longest start of an embedded database that still counts as one. */
const limitMs = 60_000;

/** Runs the checks in their order and yields each result; one that fails or hangs does not keep the others. */
export async function* runChecks(
  checks: readonly Check[],
  context: CheckContext,
): AsyncGenerator<CheckResult> {
  const failed = new Set<string>();
  for (const check of checks) {
    const begun = performance.now();
    const finding = preventedBy(check, context, failed) ?? (await settle(check, context));
    if (finding.status === "fail") failed.add(check.name);
    yield { name: check.name, ...finding, milliseconds: Math.round(performance.now() - begun) };
  }
}

function preventedBy(check: Check, { faults }: CheckContext, failed: ReadonlySet<string>): Finding | null {
  const setting = check.settings?.find((name) => faults.some((fault) => fault.setting === name));
  if (setting !== undefined) return { status: "warn", detail: `not checked: ${setting} is at fault` };
  if (check.after === undefined || !failed.has(check.after)) return null;
  return { status: "warn", detail: `not checked: it needs the ${check.after}` };
}

async function settle(check: Check, context: CheckContext): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(resolve, limitMs, {
      status: "fail",
      detail: `no answer within ${String(limitMs / 1000)} seconds`,
      remedy: "Look at the logs and the load of what it checks.",
    });
  });
  try {
    // In a promise, so that what is thrown at once is caught as well.
    return await Promise.race([Promise.resolve().then(() => check.run(context)), late]);
  } catch (error) {
    const { message, remedy } = asExpertError(error);
    return { status: "fail", detail: message, ...(remedy === undefined ? {} : { remedy }) };
  } finally {
    clearTimeout(timer);
  }
}
