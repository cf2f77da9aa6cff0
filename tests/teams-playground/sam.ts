import { verbs } from "../../adapters/teams/render/verbs.ts";
import type { ShownButton, ShownMessage } from "./playground-page.ts";
import { botName, msTenantId, people, type Stage, team } from "./stage.ts";

/**
 * What Sam does in a post of the channel. The Playground's page is Ada's alone, so that Sam's activities are sent by what
 * the page calls "Custom activity".
 */
export interface Sam {
  /** A reply below the post that names the bot. */
  mention(postId: string, text: string): Promise<void>;
  /** Presses "Ask a human" on a card that was shown there. */
  askHuman(postId: string, card: ShownMessage): Promise<void>;
}

export function samOf({ playground, issuer }: Pick<Stage, "playground" | "issuer">): Sam {
  const { id, name } = people.sam;
  const begin = async (postId: string): Promise<object> => ({
    ...(await playground.template(postId)),
    from: { id, name, aadObjectId: id },
    channelData: {
      tenant: { id: msTenantId },
      team: { id: team.id },
      channel: { id: team.id },
      teamsTeamId: team.id,
      teamsChannelId: team.id,
    },
    locale: "en-US",
  });
  return {
    async mention(postId, text) {
      const mark = `<at>${botName}</at>`;
      await playground.send({
        ...(await begin(postId)),
        type: "message",
        text: `${mark} ${text}`,
        entities: [{ type: "mention", text: mark, mentioned: { id: `28:${issuer.appId}`, name: botName } }],
      });
    },
    async askHuman(postId, { messageId, buttons }) {
      const button = buttons.find(offersHuman);
      if (!button) throw new Error("the card offers no human");
      await playground.send({
        ...(await begin(postId)),
        type: "invoke",
        name: "adaptiveCard/action",
        replyToId: messageId,
        value: {
          action: { type: "Action.Execute", verb: button.verb, data: button.data },
          trigger: "manual",
        },
      });
    },
  };
}

export const offersHuman = ({ verb }: ShownButton): boolean => verb === verbs.askHuman;
