import type { Consent } from "./authorize-page.ts";
import { visit } from "./browser-visit.ts";
import { channelView } from "./channel.ts";
import type { Deliveries } from "./deliveries.ts";
import { newChannel, openDirectMessages } from "./direct-messages.ts";
import type { FileStore } from "./file-store.ts";
import { endTokens, install, publicInstallation } from "./installations.ts";
import { appIn, type PersonContext } from "./person-context.ts";
import { personInteractions } from "./person-interactions.ts";
import { personMessages } from "./person-messages.ts";
import type { PersonState, PlatformState, WorkspaceState } from "./platform-state.ts";
import { installOf, newSlackId } from "./platform-state.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { Person, PersonOptions, Workspace } from "./slack-platform.ts";
import { tellRevoked, tellUninstalled } from "./uninstall.ts";

export interface WorkspaceParts {
  state: PlatformState;
  deliveries: Deliveries;
  responses: ResponseUrls;
  files: FileStore;
  /** Signs a person in at the consent page. */
  signIn(consent: Consent): void;
}

/** A workspace with its people and channels, as a test drives it. */
export function workspaceView(parts: WorkspaceParts, workspace: WorkspaceState): Workspace {
  const { state, deliveries } = parts;
  return {
    id: workspace.id,
    name: workspace.name,
    domain: workspace.domain,
    enterpriseId: workspace.organisation?.id,
    person: (options) => {
      const made = newPerson(workspace, options);
      workspace.people.set(made.id, made);
      return personView(parts, workspace, made);
    },
    channel: (options) => {
      const made = newChannel(
        state,
        workspace,
        {
          name: options.name,
          kind: options.private === true ? "private" : "public",
          shared: options.shared ?? false,
          archived: options.archived ?? false,
          ...(options.id !== undefined && { id: options.id }),
        },
        (options.members ?? []).map(({ id }) => id),
      );
      return channelView(state, deliveries, workspace, made);
    },
    dm: ({ id }) => {
      const person = workspace.people.get(id);
      if (!person) throw new Error(`${workspace.name} has no person ${id}.`);
      const channel = openDirectMessages(state, workspace, person, appIn(workspace).botUserId);
      return channelView(state, deliveries, workspace, channel);
    },
    install: (options = {}) =>
      publicInstallation(
        state,
        install(
          state,
          { team: workspace },
          {
            scopes: options.scopes ?? state.app.scopes,
            installer: options.installer?.id ?? [...workspace.people.keys()][0] ?? newSlackId("U"),
            rotation: options.tokenRotation ?? state.app.tokenRotation,
          },
        ),
      ),
    get installation() {
      const found = installOf(workspace);
      return found && publicInstallation(state, found);
    },
    revokeTokens: async () => {
      const found = appIn(workspace);
      endTokens(state, found, "token_revoked");
      return Promise.all(tellRevoked(state, found).map((event) => deliveries.send(event)));
    },
    uninstall: async () => {
      const found = appIn(workspace);
      const events = tellUninstalled(state, found);
      endTokens(state, found, "account_inactive");
      if (found.team) found.team.install = undefined;
      else if (found.organisation) found.organisation.install = undefined;
      return Promise.all(events.map((event) => deliveries.send(event)));
    },
  };
}

function personView(parts: WorkspaceParts, workspace: WorkspaceState, person: PersonState): Person {
  const context: PersonContext = { ...parts, workspace, person };
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    ...personMessages(context),
    ...personInteractions(context),
    addToSlack: (installUrl, options = {}) => {
      const organisation = options.organisation && parts.state.organisations.get(options.organisation.id);
      parts.signIn({ workspace, person: person.id, organisation, deny: options.deny ?? false });
      return visit(installUrl);
    },
  };
}

function newPerson(workspace: WorkspaceState, options: PersonOptions): PersonState {
  const stranger = options.stranger ?? false;
  return {
    id: options.id ?? newSlackId("U"),
    teamId: stranger === false ? workspace.id : stranger === true ? newSlackId("T") : stranger.team,
    name: options.name,
    userName: options.name.toLowerCase().replaceAll(/\s+/g, "."),
    email: options.email,
    emailConfirmed: options.emailConfirmed ?? true,
    restricted: (options.restricted ?? false) !== false,
    ultraRestricted: options.restricted === "ultra",
    stranger: stranger !== false,
    locale: options.locale ?? "en-US",
    timeZone: options.timeZone ?? "Europe/Berlin",
    deleted: options.deleted ?? false,
    bot: options.bot ?? false,
    botId: options.bot === true ? newSlackId("B") : undefined,
    home: undefined,
    modals: [],
  };
}
