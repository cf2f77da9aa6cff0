import { readFile, stat } from "node:fs/promises";
import type { Parts } from "../../adapters/connect.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Sensitivity } from "../../core/identity/access.ts";
import { canUpload } from "../../core/identity/policy.ts";
import { chooseTenant, requireDepartment, signIn } from "./choose-account.ts";
import { findFiles, type FoundFile } from "./find-files.ts";
import { ingestFiles } from "./ingest-files.ts";
import { printSummary, showProgress } from "./ingest-progress.ts";
import { exitCodes, withParts } from "./run-command.ts";
import type { Terminal } from "./terminal.ts";

export interface IngestOptions {
  readonly department: string;
  readonly sensitivity: Sensitivity;
  readonly tenant?: string;
  readonly as?: string;
}

/** Adds the files below a folder to a department; what is there unchanged stays as it is. */
export async function ingest(terminal: Terminal, folder: string, options: IngestOptions): Promise<0 | 1> {
  const { readable, others } = await findFiles(folder);
  if (readable.length === 0) {
    throw new ExpertError("not_found", `There is no file in ${folder} of a format that is read.`, {
      remedy: "Give a folder with PDF, Word, Excel, PowerPoint, HTML, Markdown, mail or text files.",
    });
  }
  return await withParts(terminal, { demoCompany: true }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const { sensitivity, department: slug } = options;
    const identity = await signIn(parts, {
      tenant,
      email: options.as,
      allowed: ({ member, departments }) =>
        departments.some((one) => one.slug === slug && canUpload(member, one, sensitivity)),
    });
    terminal.detail(`· adding as ${identity.member.email} to ${slug} of ${tenant.slug}`);
    const { id: departmentId } = requireDepartment(identity, slug);
    const begun = performance.now();
    const progress = showProgress(terminal, readable.length);
    const files = readable.map((file) => ({
      identity,
      departmentId,
      sensitivity,
      name: file.name,
      read: () => readUpTo(file, parts),
    }));
    const outcomes = await ingestFiles(parts, files, progress).finally(progress.stop);
    if (!parts.connected.attached) await parts.database.sealAudit();
    printSummary(terminal, { outcomes, skipped: others, seconds: (performance.now() - begun) / 1000 });
    return outcomes.some(({ result }) => result === "failed") ? exitCodes.failed : exitCodes.done;
  });
}

/** The file's content; one that is far too large is refused before it fills the memory. */
async function readUpTo({ path }: FoundFile, { config }: Pick<Parts, "config">): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > config.UPLOAD_LIMIT_MB * 1024 * 1024) {
    throw new ExpertError(
      "upload_too_large",
      `The file is larger than ${String(config.UPLOAD_LIMIT_MB)} MB.`,
      {
        remedy: "Split it, or raise UPLOAD_LIMIT_MB.",
      },
    );
  }
  return readFile(path);
}
