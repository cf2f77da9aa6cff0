import { checkView } from "./check-view.ts";
import { type Caller, method, type Method } from "./method.ts";
import type { PersonState, PlatformState, ViewState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import { closed, looseObject, text } from "./request-arguments.ts";
import { formatView, newView, replaceView } from "./view-records.ts";

const trigger = { trigger_id: text().optional(), interactivity_pointer: text().optional() };
const viewArguments = {
  open: closed({ view: looseObject(), ...trigger }),
  update: closed({
    view: looseObject(),
    view_id: text().optional(),
    external_id: text().optional(),
    hash: text().optional(),
  }),
  publish: closed({ view: looseObject(), user_id: text(), hash: text().optional() }),
};

/** A stack of modals is at most three high. */
const MODALS_AT_ONCE = 3;

/**
 * Views are served here, strictly: the emulate package takes any blocks, and its trigger_ids come from a call of its
 * own rather than from what people do.
 */
export const viewMethods: Record<string, Method> = {
  "views.open": method({
    arguments: viewArguments.open,
    scopes: [],
    tier: 4,
    run: (given, caller, { state }) => {
      checkView(given.view, "modal");
      const person = exchange(state, caller, given.trigger_id ?? given.interactivity_pointer);
      const view = newView(state, person, caller.workspace.id, given.view);
      person.modals.splice(0, person.modals.length, view);
      return { view: formatView(state, caller.workspace, view) };
    },
  }),

  "views.push": method({
    arguments: viewArguments.open,
    scopes: [],
    tier: 4,
    run: (given, caller, { state }) => {
      checkView(given.view, "modal");
      const person = exchange(state, caller, given.trigger_id ?? given.interactivity_pointer);
      const view = pushView(state, person, caller.workspace.id, given.view);
      return { view: formatView(state, caller.workspace, view) };
    },
  }),

  "views.update": method({
    arguments: viewArguments.update,
    scopes: [],
    tier: 4,
    run: (given, caller, { state }) => {
      if ((given.view_id === undefined) === (given.external_id === undefined))
        throw new SlackRefusal("invalid_arguments", "Either view_id or external_id is given.");
      const stored = [...caller.workspace.people.values()]
        .flatMap((person) => [...person.modals, ...(person.home ? [person.home] : [])])
        .find((view) =>
          given.view_id === undefined
            ? view.view["external_id"] === given.external_id
            : view.id === given.view_id,
        );
      if (!stored) throw new SlackRefusal("not_found", "The view is not open.");
      checkView(given.view, stored.type);
      checkHash(stored, given.hash);
      replaceView(state, stored, given.view);
      return { view: formatView(state, caller.workspace, stored) };
    },
  }),

  "views.publish": method({
    arguments: viewArguments.publish,
    scopes: [],
    tier: 4,
    run: (given, caller, { state }) => {
      checkView(given.view, "home");
      const person = caller.workspace.people.get(given.user_id);
      if (!person) throw new SlackRefusal("user_not_found", given.user_id);
      if (person.home) {
        checkHash(person.home, given.hash);
        replaceView(state, person.home, given.view);
      } else person.home = newView(state, person, caller.workspace.id, given.view);
      return { view: formatView(state, caller.workspace, person.home) };
    },
  }),
};

/** @throws SlackRefusal `push_limit_reached`. */
export function pushView(
  state: PlatformState,
  person: PersonState,
  team: string,
  view: Record<string, unknown>,
): ViewState {
  if (person.modals.length >= MODALS_AT_ONCE)
    throw new SlackRefusal("push_limit_reached", `${MODALS_AT_ONCE} modals are open.`);
  const made = newView(state, person, team, view, person.modals.at(-1));
  person.modals.push(made);
  return made;
}

function checkHash(stored: ViewState, hash: string | undefined): void {
  if (hash !== undefined && hash !== stored.hash)
    throw new SlackRefusal("hash_conflict", "The view has changed since it was read.");
}

/** A trigger_id serves once and for about three seconds. */
function exchange(state: PlatformState, caller: Caller, id: string | undefined): PersonState {
  if (id === undefined) throw new SlackRefusal("invalid_arguments", "trigger_id is missing.");
  const known = state.triggers.get(id);
  const person =
    known && known.team === caller.workspace.id ? caller.workspace.people.get(known.user) : undefined;
  if (!known || !person) throw new SlackRefusal("invalid_trigger_id", id);
  if (known.used) throw new SlackRefusal("exchanged_trigger_id", id);
  if (state.now() >= known.expiresAt) throw new SlackRefusal("expired_trigger_id", id);
  known.used = true;
  return person;
}
