import type { HomeView, ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { callSlack } from "../../client/slack-client.ts";

/** Each throws what `callSlack` throws. */
export interface ViewCalls {
  /** The new modal's id. A trigger is good for three seconds, and once. */
  openModal(triggerId: string, view: ModalView): Promise<string>;
  updateModal(viewId: string, view: ModalView): Promise<void>;
  publishHome(userId: string, view: HomeView): Promise<void>;
}

export const createViewCalls = (client: WebClient): ViewCalls => ({
  async openModal(triggerId, view) {
    const opened = await callSlack(() => client.views.open({ trigger_id: triggerId, view }));
    return opened.view?.id ?? "";
  },
  async updateModal(viewId, view) {
    await callSlack(() => client.views.update({ view_id: viewId, view }));
  },
  async publishHome(userId, view) {
    await callSlack(() => client.views.publish({ user_id: userId, view }));
  },
});
