import { type ResealedConnection, resealConnections } from "../../core/secrets/reseal-connections.ts";
import { type ResealedTokens, type ResealOutcome, resealTokens } from "../../core/secrets/reseal-tokens.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { plain, printJson, type Terminal } from "./terminal.ts";

const words: Readonly<Record<ResealOutcome, string>> = {
  resealed: "sealed with the newest key",
  current: "sealed with the newest key already",
  busy: "left alone: another process is exchanging its tokens",
  unreadable: "CANNOT BE OPENED",
};

/** Seals the tokens of every workspace and the secrets of every connection with the newest key, and prints whether the older keys may go. */
export function rotateKeys(terminal: Terminal): Promise<0 | 1> {
  return withParts(terminal, { demoCompany: false }, async ({ database, secrets }) => {
    const workspaces = await resealTokens({ database, secrets });
    const connections = await resealConnections({ database, secrets });
    const complete = [...workspaces, ...connections].every(
      ({ outcome }) => outcome === "resealed" || outcome === "current",
    );
    if (terminal.json) printJson(terminal, { complete, workspaces, connections });
    else terminal.out(render(workspaces, connections));
    return complete ? exitCodes.done : exitCodes.failed;
  });
}

function render(workspaces: readonly ResealedTokens[], connections: readonly ResealedConnection[]): string {
  const all = [...workspaces, ...connections];
  if (all.length === 0) return "No workspace has tokens, and no connection has secrets.\n";
  const has = (wanted: ResealOutcome): boolean => all.some(({ outcome }) => outcome === wanted);
  const becauseOf = (reason: string | null): string => (reason === null ? "" : `. ${reason}`);
  const lines = [
    ...workspaces.map(
      ({ tenant, channel, workspaceId, workspaceName, outcome, reason }) =>
        `${tenant}: ${channel} ${plain(workspaceName)} (${workspaceId}): ${words[outcome]}${becauseOf(reason)}`,
    ),
    ...connections.map(
      ({ tenant, name, outcome, reason }) =>
        `${tenant}: connection ${plain(name)}: ${words[outcome]}${becauseOf(reason)}`,
    ),
  ];
  if (has("busy")) lines.push("What to do: run the command again in a minute.");
  if (has("unreadable")) {
    lines.push(
      "What to do: put the missing key back into ENCRYPTION_KEYS, or add the workspace, or save the connection, again.",
    );
  } else if (!has("busy")) {
    lines.push("The older keys are needed no more: ENCRYPTION_KEYS may hold the first one alone.");
  }
  return `${lines.join("\n")}\n`;
}
