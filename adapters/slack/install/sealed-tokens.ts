import { z } from "zod";
import { ExpertError } from "../../../core/errors.ts";
import { tokensContext } from "../../../core/identity/installation.ts";
import type { SecretBox } from "../../../core/secrets/secret-box.ts";

/** What speaks for the bot in a workspace. */
export interface BotTokens {
  readonly botToken: string;
  /** Exchanged, once, for the tokens that follow these. */
  readonly refreshToken: string | null;
  /** Null for a token that stays. */
  readonly expiresAt: Date | null;
}

const storedSchema = z.object({
  botToken: z.string(),
  refreshToken: z.string().optional(),
  expiresAt: z.iso.datetime().optional(),
});

const contextOf = (workspaceId: string): string => tokensContext({ channel: "slack", workspaceId });

/** The tokens as they are stored, readable for this workspace alone. */
export function sealTokens(
  secrets: SecretBox,
  workspaceId: string,
  { botToken, refreshToken, expiresAt }: BotTokens,
): string {
  const stored = {
    botToken,
    ...(refreshToken === null ? {} : { refreshToken }),
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
  };
  return secrets.seal(JSON.stringify(stored), contextOf(workspaceId));
}

/** Throws as `SecretBox.open` does, and `internal` where what was sealed is not what `sealTokens` seals. */
export function openTokens(secrets: SecretBox, workspaceId: string, sealed: string): BotTokens {
  const parsed = storedSchema.safeParse(parseJson(secrets.open(sealed, contextOf(workspaceId))));
  if (!parsed.success) {
    throw new ExpertError("internal", "The stored tokens of a Slack workspace cannot be read.", {
      remedy: "Let an admin add The Expert to the workspace again.",
      facts: { workspaceId },
    });
  }
  const { botToken, refreshToken = null, expiresAt } = parsed.data;
  return { botToken, refreshToken, expiresAt: expiresAt === undefined ? null : new Date(expiresAt) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
