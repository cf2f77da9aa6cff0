import type { Channel } from "../../core/delivery/channel.ts";
import type { TokenStream } from "../../core/inference/token-stream.ts";

/**
 * The web as a channel: posting is an event on the turn's stream, for whoever watches. The stored turn is the message
 * itself, so that posting again does no harm and a page that looks later misses nothing.
 */
export const createWebChannel = (tokens: Pick<TokenStream, "publish">): Channel => ({
  name: "web",
  limits: { textLength: 100_000 },
  follow: (thread, turn) => (event) => {
    tokens.publish(thread.tenantId, turn.id, event);
  },
  withdraw: () => Promise.resolve(),
  post(thread, message) {
    // What the product tells besides answers concerns chat threads: the page reads its turns.
    if (message.kind === "note") return Promise.resolve({});
    const { turnId } = message;
    if (message.kind === "reply") {
      tokens.publish(thread.tenantId, turnId, { kind: "reply", reply: message.reply });
    } else {
      const { code, message: text, remedy } = message;
      tokens.publish(thread.tenantId, turnId, { kind: "error", code, message: text, remedy });
    }
    return Promise.resolve({ turnId });
  },
});
