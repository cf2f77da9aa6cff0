import { withBareBotbuilder } from "./bare-botbuilder.ts";
import type { BenchOptions, BenchOutcome, BenchSkipped } from "./bench.ts";
import { askerEmails } from "./bench-company.ts";
import { benchEvents } from "./bench-events.ts";
import type { EventBench } from "./event-platform.ts";
import { type TeamsQuestion, withLocalTeams } from "./local-teams.ts";
import { countTeamsAnswers } from "./teams-answers.ts";
import { connectMicrosoftTenants, teamsSettings } from "./teams-company.ts";
import { createTeamsSender } from "./teams-sender.ts";

/** A bot may make 30 calls a second in one Microsoft tenant, and an answer under load is up to three. */
const tenantsCount = 20;
/** Of each tenant; each person has a chat with the bot, a group chat and a channel. */
const peopleCount = 5;

const teamsBench: EventBench<TeamsQuestion> = {
  channel: "teams",
  names: { platform: "Teams", bareApp: "a bare botbuilder adapter" },
  perSecond: 100,
  withPlatform: (folder, work) =>
    withLocalTeams({ folder, tenants: tenantsCount, emails: askerEmails.slice(0, peopleCount) }, (teams) =>
      work({
        pid: teams.pid,
        settings: teamsSettings(teams),
        eventsPath: "/api/messages",
        placesCount: teams.placesCount,
        connect: (databaseUrl, company) => connectMicrosoftTenants(databaseUrl, company, teams),
        write: (questions) => teams.write(questions),
        sender: (eventsUrl) => createTeamsSender(eventsUrl, teams.tokens),
        withBareApp: (measure) => withBareBotbuilder(teams, measure),
        async count(questions, answers) {
          const { messages, ...seen } = await teams.look();
          return { ...seen, ...countTeamsAnswers(questions, answers, messages) };
        },
      }),
    ),
};

/** Signed activities of a local Teams, beside a bare botbuilder adapter. */
export const benchTeams = (options: BenchOptions): Promise<BenchOutcome | BenchSkipped> =>
  benchEvents(teamsBench, options);
