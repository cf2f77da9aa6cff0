import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { CreatedTicket } from "../../core/escalation/ticket-system.ts";
import type { JiraTransition } from "./client/jira-shapes.ts";
import { markerOf } from "./comment-marker.ts";
import type { TicketPorts } from "./create-ticket.ts";
import { hasComment } from "./read-comments.ts";
import { lastMove, moveType, stateOf } from "./read-ticket.ts";

/**
 * Moves an issue by a transition's name or its target's, letters of either case. The ids of transitions belong to one
 * workflow, so that they are looked up each time.
 */
export async function moveTicket({ api }: Pick<TicketPorts, "api">, id: string, name: string): Promise<void> {
  const issue = await api.issue(id, "status", "changelog");
  if (!issue) throw gone();
  const standing = issue.fields.status?.name ?? "";
  const noted = lastMove(issue)?.historyMetadata;
  // Jira's history tells statuses, not by which transition: ours are noted beside them.
  if (isSame(standing, name) || (noted?.type === moveType && isSame(noted.description ?? "", name))) return;
  const all = (await api.transitions(id)).filter(({ isAvailable }) => isAvailable !== false);
  const found = all.find((one) => isSame(one.name, name)) ?? all.find(({ to }) => isSame(to.name, name));
  if (found) {
    // A transition that leads to where it stands already.
    if (isSame(found.to.name, standing)) return;
    const resolution = resolutionFor(found, ["Done", "Fixed", "Resolved"]);
    await api.doTransition(id, found.id, resolution, { type: moveType, description: name });
    return;
  }
  const known = all.map((one) => `“${one.name}”`).join(", ");
  throw new ExpertError("channel_refused", `From “${standing}” the issue has no transition “${name}”.`, {
    remedy:
      known === ""
        ? "Let the connection's account move issues of the project."
        : `Name one of these in the department's escalation policy: ${known}.`,
  });
}

/** Says of which it is a duplicate, and closes it where a transition leads to a status of the category done. */
export async function closeDuplicateTicket(ports: TicketPorts, id: string, of: CreatedTicket): Promise<void> {
  const { api, text } = ports;
  const issue = await api.issue(id, "status", "");
  if (!issue) return;
  const closed = stateOf(issue.fields.status) === "resolved" || (await close(ports, id));
  const marker = markerOf(`duplicate of ${of.externalId}`);
  if (await hasComment(ports, id, marker)) return;
  const said = `This issue was made twice. The other one goes on: [${of.externalKey}](${of.url}).`;
  const rest = closed ? "" : " This one could not be closed by itself; please close it.";
  await api.addComment(id, text.comment({ by: null, text: said + rest, marker }));
}

async function close({ api }: TicketPorts, id: string): Promise<boolean> {
  const all = (await api.transitions(id)).filter(
    ({ isAvailable, to }) => isAvailable !== false && stateOf(to) === "resolved",
  );
  const chosen = all.find(({ name, to }) => /duplicate|won.?t/i.test(`${name} ${to.name}`)) ?? all[0];
  if (!chosen) return false;
  try {
    const resolution = resolutionFor(chosen, ["Duplicate", "Won't Do", "Won't Fix"]);
    await api.doTransition(id, chosen.id, resolution, { type: moveType, description: chosen.name });
    return true;
  } catch (error) {
    // Its screen asks for more than a resolution.
    if (isExpertError(error, "channel_refused")) return false;
    throw error;
  }
}

/** Where the transition's screen wants a resolution: the first of these that it has, else its first. */
function resolutionFor({ fields }: JiraTransition, wanted: readonly string[]): object | null {
  const field = fields?.["resolution"];
  if (!field?.required || field.hasDefaultValue === true) return null;
  const names = (field.allowedValues ?? []).flatMap(({ name }) => name ?? []);
  const name = wanted.find((one) => names.some((known) => isSame(known, one))) ?? names[0];
  return name === undefined
    ? null
    : { resolution: { name: names.find((known) => isSame(known, name)) ?? name } };
}

const isSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();

export const gone = (): ExpertError =>
  new ExpertError("channel_refused", "The issue is gone, or the connection's account may not see it.", {
    remedy: "See in Jira whether it was deleted or moved, and whether the account may browse its project.",
  });
