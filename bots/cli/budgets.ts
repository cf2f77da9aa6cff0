import type { Parts } from "../../adapters/connect.ts";
import type { BudgetCompany, BudgetOwner, WantedScope } from "../../core/budgets/budget-owners.ts";
import type { BudgetLimits, BudgetStanding } from "../../core/budgets/budget.ts";
import { keepBudget, listAllBudgets, type OwnedBudget } from "../../core/budgets/manage-budgets.ts";
import { reportCompanyUsage } from "../../core/budgets/report-usage.ts";
import { scantLimits } from "../../core/budgets/scant-limits.ts";
import { ExpertError } from "../../core/errors.ts";
import { usageKinds } from "../http/contract/budget.ts";
import { presentBudget, presentUsage } from "../http/present-budget.ts";
import { usageCsv } from "../http/usage-csv.ts";
import { chooseTenant } from "./choose-account.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { renderTable } from "./table.ts";
import { plain, printJson, type Terminal } from "./terminal.ts";

export interface BudgetListOptions {
  readonly tenant?: string;
}

/** Whose budget; the company's where none is said. */
export interface BudgetScopeOptions extends BudgetListOptions {
  readonly department?: string;
  readonly person?: string;
  readonly eachPerson?: true;
}

export interface BudgetSetOptions extends BudgetScopeOptions {
  readonly requestsPerMinute?: string;
  readonly requestsPerDay?: string;
  readonly tokensPerMinute?: string;
  readonly tokensPerDay?: string;
}

export interface UsageOptions extends BudgetListOptions {
  readonly days: string;
  readonly by: string;
  readonly questions?: true;
  readonly csv?: true;
}

const limitNames = [
  "requestsPerMinute",
  "requestsPerDay",
  "tokensPerMinute",
  "tokensPerDay",
] as const satisfies readonly (keyof BudgetLimits)[];

/** Prints what may be asked of models, and what is left of it. */
export function listBudgets(terminal: Terminal, options: BudgetListOptions): Promise<0> {
  return withCompany(terminal, options, async (parts, company, tenant) => {
    const all = await listAllBudgets(parts, company);
    const set = all.filter(({ limits }) => limits !== null);
    if (terminal.json)
      printJson(terminal, { tenant, budgets: set.map((budget) => presentBudget(budget, null)) });
    else if (set.length === 0) terminal.out(`${tenant} has no budgets: nothing is limited.\n`);
    else {
      const rows = set.map((budget) => [
        ownerName(budget.owner),
        ...limitNames.map((name) => cell(budget, name)),
      ]);
      terminal.out(
        `${renderTable(["budget", "requests/minute", "requests/day", "tokens/minute", "tokens/day"], rows)}\n`,
      );
    }
  });
}

/** Sets the limits that are given, and leaves the others. */
export function setBudget(terminal: Terminal, options: BudgetSetOptions): Promise<0> {
  const given = limitNames.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [[name, readLimit(name, value)] as const];
  });
  if (given.length === 0) {
    throw new ExpertError("invalid_input", "No limit is given.", {
      remedy:
        "Give at least one of --requests-per-minute, --requests-per-day, --tokens-per-minute, --tokens-per-day.",
    });
  }
  const none: BudgetLimits = {
    requestsPerMinute: null,
    requestsPerDay: null,
    tokensPerMinute: null,
    tokensPerDay: null,
  };
  return change(terminal, options, (before) => ({ ...(before ?? none), ...Object.fromEntries(given) }));
}

/** Removes the budget. */
export const removeBudget = (terminal: Terminal, options: BudgetScopeOptions): Promise<0> =>
  change(terminal, options, () => null);

function change(
  terminal: Terminal,
  options: BudgetScopeOptions,
  to: (before: BudgetLimits | null) => unknown,
): Promise<0> {
  return withCompany(terminal, options, async (parts, company, tenant) => {
    const wanted = await wantedScope(parts, company, options);
    const budget = await keepBudget(parts, company, null, wanted, to);
    if (terminal.json) printJson(terminal, { tenant, budget: presentBudget(budget, null) });
    else {
      const name = ownerName(budget.owner);
      const limits = limitNames.map((limit) => `${inWords[limit]}: ${cell(budget, limit)}`);
      terminal.out(
        budget.limits === null
          ? `There is no budget for ${name}; running processes follow within 10 seconds.\n`
          : `From now on, for ${name}, ${limits.join("; ")}. Running processes follow within 10 seconds.\n`,
      );
      for (const { field, needed } of scantLimits(budget.limits, null))
        terminal.note(
          `One question may need ${String(needed)} tokens at once: with fewer ${inWords[field]} it may be refused.`,
        );
    }
  });
}

/** Prints how much of models was used. */
export function printUsage(terminal: Terminal, options: UsageOptions): Promise<0> {
  const by = usageKinds.find((kind) => kind === options.by);
  const days = Number(options.days);
  if (by === undefined || !Number.isInteger(days) || days < 1 || days > 366) {
    throw new ExpertError("invalid_input", "There is no such report.", {
      remedy: `Give --by one of ${usageKinds.join(", ")}, and --days a number from 1 to 366.`,
    });
  }
  return withCompany(terminal, options, async (parts, company, tenant) => {
    const calls = options.questions === true ? "questions" : "all";
    const usage = presentUsage(by, await reportCompanyUsage(parts, company, null, { days, by, calls }));
    if (terminal.json) printJson(terminal, { tenant, ...usage });
    else if (options.csv === true) terminal.out(usageCsv(usage));
    else {
      const rows = [
        ...usage.lines.map(({ key, department, person, ...used }) => ({
          name:
            department?.slug ??
            person?.email ??
            key ??
            (by === "department" ? "(no department)" : "(in nobody's name)"),
          used,
        })),
        { name: "total", used: usage.total },
      ].map(({ name, used }) => [
        plain(name),
        ...[used.requests, used.promptTokens, used.completionTokens, used.refused, used.estimated].map(
          String,
        ),
      ]);
      const head = [by, "requests", "prompt tokens", "answer tokens", "refused", "estimated"];
      terminal.out(`${renderTable(head, rows)}\n`);
    }
  });
}

function withCompany(
  terminal: Terminal,
  options: BudgetListOptions,
  work: (parts: Parts, company: BudgetCompany, slug: string) => Promise<void>,
): Promise<0> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const { id: tenantId, slug } = await chooseTenant(parts, options.tenant);
    const departments = await parts.database.withTenant(tenantId, ({ members }) => members.departments());
    await work(parts, { tenantId, departments }, slug);
    return exitCodes.done;
  });
}

async function wantedScope(
  { database }: Parts,
  { tenantId }: BudgetCompany,
  { department, person, eachPerson }: BudgetScopeOptions,
): Promise<WantedScope> {
  if ([department, person, eachPerson].filter((one) => one !== undefined).length > 1) {
    throw new ExpertError("invalid_input", "A budget is of one department, one person or each person.", {
      remedy: "Give only one of --department, --person, --each-person; none for the company's.",
    });
  }
  if (department !== undefined) return { kind: "department", slug: department };
  if (eachPerson === true) return { kind: "person", userId: null };
  if (person === undefined) return { kind: "tenant" };
  const userId = await database.withTenant(tenantId, ({ identities }) =>
    identities.userByEmail(person.trim().toLowerCase()),
  );
  if (userId !== null) return { kind: "person", userId };
  throw new ExpertError("not_found", `There is nobody with the address ${person}.`, {
    remedy: "Give the e-mail address by which the person is known here.",
  });
}

function readLimit(name: keyof BudgetLimits, value: string): number | null {
  if (value === "none") return null;
  if (/^\d{1,13}$/.test(value)) return Number(value);
  throw new ExpertError("invalid_input", `The limit of ${inWords[name]} is no number: ${plain(value)}.`, {
    remedy: "Give a whole number without separators, or none.",
  });
}

const inWords: Readonly<Record<keyof BudgetLimits, string>> = {
  requestsPerMinute: "requests per minute",
  requestsPerDay: "requests per day",
  tokensPerMinute: "tokens per minute",
  tokensPerDay: "tokens per day",
};

function ownerName(owner: BudgetOwner): string {
  if (owner.kind === "tenant") return "the company";
  if (owner.kind === "department") return plain(owner.department.slug);
  return owner.person === null ? "each person" : plain(owner.person.email);
}

const nameOf = ({ metric, window }: BudgetStanding): string =>
  `${metric}Per${window === "day" ? "Day" : "Minute"}`;

/** `left of most`, where somebody spends from it. */
function cell({ limits, standings }: OwnedBudget, name: keyof BudgetLimits): string {
  const most = limits?.[name] ?? null;
  if (most === null) return "no limit";
  const standing = standings.find((one) => nameOf(one) === name);
  return standing === undefined ? String(most) : `${String(standing.remaining)} left of ${String(most)}`;
}
