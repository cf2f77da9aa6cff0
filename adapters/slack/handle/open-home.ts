import { isExpertError } from "../../../core/errors.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Language } from "../../../core/text/language.ts";
import type { Desk, Errand } from "./desk.ts";
import { homeView } from "./home-view.ts";
import { openMatters } from "./open-matters.ts";
import { languageOf } from "./visitor.ts";

export interface HomeVisit {
  readonly userId: string;
  readonly identity: Identity;
  readonly notice?: string;
  /** Empties the field to ask. */
  readonly emptied?: boolean;
}

/** Shows a person their Home tab as it is now. Throws what `callSlack` throws. */
export async function openHome(desk: Desk, { event, workspace }: Errand, visit: HomeVisit): Promise<void> {
  const { userId, identity, notice, emptied } = visit;
  const language: Language = await languageOf(desk, workspace, userId);
  const matters = await openMatters(desk, workspace, identity, language);
  const view = homeView({
    identity,
    language,
    matters,
    notice: notice ?? null,
    fieldKey: emptied === true ? event.id : userId,
    modelName: desk.modelName,
  });
  await workspace.views.publishHome(userId, view);
}

/** After something that changed it; what was done stands also where Slack does not show it. */
export async function refreshHome(desk: Desk, errand: Errand, visit: HomeVisit): Promise<void> {
  try {
    await openHome(desk, errand, visit);
  } catch (error) {
    if (!isExpertError(error)) throw error;
    desk.logger.info("a Home tab could not be refreshed", { team: errand.workspace.teamId, error });
  }
}
