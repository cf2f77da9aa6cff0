import type { TenantId } from "../../core/ids.ts";
import type { InvokeAnswer, TeamsEvent, TeamsInquiry } from "./teams-event.ts";

/** What Teams waits for. */
export interface TeamsInvokes {
  /** Reads what is asked for; nothing is stored, so that it changes nothing. Five seconds at most. */
  answer(tenant: TenantId, inquiry: TeamsInquiry): Promise<InvokeAnswer>;
  /**
   * The short answer to a card action, feedback or form that is stored already: its work is done afterwards, and the
   * message updated then. Reads nothing.
   */
  acknowledge(event: TeamsEvent): InvokeAnswer;
  /** To whoever uses the bot where no company is connected to their Microsoft tenant. */
  notConnected(asked: TeamsEvent | TeamsInquiry): InvokeAnswer;
}
