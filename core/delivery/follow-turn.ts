import type { TurnEvent } from "../conversation/turn-event.ts";
import type { TakenTurn } from "../conversation/turn-store.ts";
import type { DeliverPorts } from "./deliver.ts";

/**
 * Has the turn's channel show its progress; what it returns never blocks and never throws. What the channel posts for
 * that is kept with the turn, so that whichever process posts the answer knows it.
 */
export function followTurn(
  { database, channels, logger }: Pick<DeliverPorts, "database" | "channels" | "logger">,
  { id, tenantId, userId, channel, threadKey, language, address, attempt }: TakenTurn,
): (event: TurnEvent) => void {
  const follow = channels.get(channel)?.follow;
  if (!follow) return () => undefined;
  const thread = { tenantId, channel, key: threadKey };
  return follow(thread, {
    id,
    language,
    address,
    attempt,
    mayShow: () => database.withTenant(tenantId, ({ turns }) => turns.mayShow(id, attempt)),
    keep(shown) {
      database
        .withTenant(tenantId, ({ turns }) => turns.show(id, shown))
        .catch((error: unknown) => {
          logger.warn("what shows a turn's progress could not be kept", { turn: id, error });
        });
    },
    stop() {
      database
        .withTenant(tenantId, ({ conversations }) => conversations.requestCancel(userId, id))
        .catch((error: unknown) => {
          logger.warn("a turn could not be stopped", { turn: id, error });
        });
    },
  });
}
