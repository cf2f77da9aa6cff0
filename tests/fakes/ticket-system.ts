import { setTimeout as delay } from "node:timers/promises";
import { ExpertError } from "../../core/errors.ts";
import type { ExternalPerson } from "../../core/escalation/escalation.ts";
import type { ExternalChange, ExternalComment } from "../../core/escalation/external-change.ts";
import type {
  CreatedTicket,
  TicketDraft,
  TicketFile,
  TicketSystem,
} from "../../core/escalation/ticket-system.ts";

export interface FakeTicket extends CreatedTicket {
  readonly key: string;
  readonly draft: TicketDraft;
  readonly createdAt: Date;
  status: FakeStatus;
  assignee: ExternalPerson | null;
  resolution: string | null;
  by: ExternalPerson | null;
  answer: string | null;
  updatedAt: Date;
  readonly comments: ExternalComment[];
  readonly files: TicketFile[];
}

const states = { New: "open", Working: "acknowledged", Done: "resolved" } as const;
export type FakeStatus = keyof typeof states;

/** How the next call ends. `effect`: what was asked is done all the same; `late`: so many milliseconds after the call has failed. */
export interface FakeTicketFault {
  readonly error: ExpertError;
  readonly effect?: "done" | { readonly lateMs: number };
}

/** Tickets in memory, with what their people do. */
export interface FakeTicketSystem extends TicketSystem {
  readonly all: readonly FakeTicket[];
  /** What was made a moment ago is not found for so long. */
  indexDelayMs: number;
  readonly attachmentLimitBytes: number;
  ticket(externalId: string): FakeTicket;
  fail(...faults: readonly FakeTicketFault[]): void;
  assign(externalId: string, to: ExternalPerson | null): void;
  move(externalId: string, status: FakeStatus, by: ExternalPerson | null): void;
  write(
    externalId: string,
    comment: { readonly by: ExternalPerson; readonly text: string; readonly internal?: boolean },
  ): void;
  remove(externalId: string): void;
}

const refused = (message: string): ExpertError => new ExpertError("channel_refused", message);

export function createFakeTicketSystem(now: () => Date = () => new Date()): FakeTicketSystem {
  const all: FakeTicket[] = [];
  const written = new Set<string>();
  const faults: FakeTicketFault[] = [];
  let count = 0;
  let lastMs = 0;
  const moment = (): Date => {
    lastMs = Math.max(now().getTime(), lastMs + 1);
    return new Date(lastMs);
  };
  const find = (externalId: string): FakeTicket => {
    const found = all.find((one) => one.externalId === externalId);
    if (!found) throw refused("There is no such ticket.");
    return found;
  };
  const made = ({ externalId, externalKey, url }: FakeTicket): CreatedTicket => ({
    externalId,
    externalKey,
    url,
  });

  async function call<T>(act: () => T): Promise<T> {
    const fault = faults.shift();
    if (!fault) return act();
    if (fault.effect === "done") act();
    else if (fault.effect) void delay(fault.effect.lateMs).then(act);
    throw fault.error;
  }

  function add(ticket: FakeTicket, comment: Omit<ExternalComment, "id" | "at">): void {
    count += 1;
    ticket.updatedAt = moment();
    ticket.comments.push({ ...comment, id: String(count), at: ticket.updatedAt });
  }

  function moveTo(ticket: FakeTicket, status: FakeStatus, by: ExternalPerson | null): void {
    ticket.status = status;
    ticket.resolution = status === "Done" ? "Done" : null;
    ticket.by = by;
    ticket.updatedAt = moment();
  }

  const product: ExternalPerson = { name: "The Expert", email: null };
  const system: FakeTicketSystem = {
    system: "jira",
    all,
    indexDelayMs: 0,
    attachmentLimitBytes: 1024 * 1024,
    ticket: find,
    fail: (...more) => void faults.push(...more),

    create: (draft, key) =>
      call(() => {
        count += 1;
        const at = moment();
        const ticket: FakeTicket = {
          externalId: String(count),
          externalKey: `FAKE-${String(count)}`,
          url: `https://tickets.example/FAKE-${String(count)}`,
          key,
          draft,
          createdAt: at,
          status: "New",
          assignee: null,
          resolution: null,
          by: null,
          answer: null,
          updatedAt: at,
          comments: [],
          files: [],
        };
        all.push(ticket);
        return made(ticket);
      }),
    find: (key) =>
      call(() => {
        const indexed = now().getTime() - system.indexDelayMs;
        return all.filter((one) => one.key === key && one.createdAt.getTime() <= indexed).map(made);
      }),
    closeDuplicate: (externalId, of) =>
      call(() => {
        const ticket = find(externalId);
        if (ticket.status !== "Done") moveTo(ticket, "Done", product);
        if (written.has(`${externalId} duplicate`)) return;
        written.add(`${externalId} duplicate`);
        add(ticket, { by: product, text: `Made twice: ${of.externalKey}`, isPublic: true, isOurs: true });
      }),
    comment: (externalId, { key, by, text }) =>
      call(() => {
        const ticket = find(externalId);
        if (written.has(`${externalId} ${key}`)) return;
        written.add(`${externalId} ${key}`);
        add(ticket, { by: product, text: `**${by}:**\n\n${text}`, isPublic: true, isOurs: true });
      }),
    transition: (externalId, name) =>
      call(() => {
        const ticket = find(externalId);
        const to = (Object.keys(states) as FakeStatus[]).find(
          (status) => status.toLowerCase() === name.toLowerCase(),
        );
        if (to === undefined) throw refused(`There is no transition ${name}.`);
        if (ticket.status !== to) moveTo(ticket, to, product);
      }),
    attach: (externalId, file) =>
      call(() => {
        if (file.content.byteLength > system.attachmentLimitBytes) throw refused("The file is too large.");
        const { files } = find(externalId);
        if (!files.some(({ name }) => name === file.name)) files.push(file);
      }),
    read: (externalId, _answerFrom, since): Promise<ExternalChange | null> =>
      call(() => {
        const ticket = all.find((one) => one.externalId === externalId);
        if (!ticket) return null;
        const { key, externalKey, url, updatedAt, status, assignee, resolution, by, answer, comments } =
          ticket;
        return {
          externalId,
          key,
          externalKey,
          url,
          at: updatedAt,
          state: states[status],
          status,
          assignees: assignee ? [assignee] : [],
          resolution,
          by,
          ...(status === "Done" && by === product ? { isOurs: true as const } : {}),
          comments: comments.filter(({ at }) => since === null || at >= since),
          answer,
        };
      }),
    test: () => call(() => ({ as: "The Expert", faults: [] })),

    assign(externalId, to) {
      const ticket = find(externalId);
      ticket.assignee = to;
      ticket.updatedAt = moment();
    },
    move(externalId, status, by) {
      moveTo(find(externalId), status, by);
    },
    write(externalId, { by, text, internal = false }) {
      add(find(externalId), { by, text, isPublic: !internal, isOurs: false });
    },
    remove(externalId) {
      all.splice(all.indexOf(find(externalId)), 1);
    },
  };
  return system;
}
