import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeBlobStore } from "../../../tests/fakes/blob-store.ts";
import { createFakeDatabase, type FakeDatabase } from "../../../tests/fakes/database/database.ts";
import { fakeTextExtractor } from "../../../tests/fakes/text-extractor.ts";
import { approvalPorts } from "../../../tests/support/approval-ports.ts";
import { escalationPorts } from "../../../tests/support/escalation-ports.ts";
import type { SampleCompany } from "../../../tests/support/sample-work.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import { ExpertError } from "../../../core/errors.ts";
import { createPeople } from "../../../core/identity/directory.ts";
import { createChannelPeople } from "../../../core/identity/recognise-person.ts";
import { newId, type TurnId } from "../../../core/ids.ts";
import type { TakenEvent } from "../../../core/inbox/event-store.ts";
import type { EventHandler } from "../../../core/inbox/handle-event.ts";
import { silentLogger } from "../../../core/logger.ts";
import type { SlackEvent } from "../slack-event.ts";
import type { EventOf, SlackHandlerPorts } from "./desk.ts";
import { createSlackHandler } from "./handle-event.ts";
import { slackUser, type StubSlack, stubSlack, stubWorkspace } from "./stub-workspace.fixture.ts";
import { createWorkspaceDirectory } from "./workspace-directory.ts";

const mention: EventOf<"message"> = {
  kind: "message",
  teamId: "T1",
  organisationId: null,
  userId: "USAM",
  userTeamId: "T1",
  channelId: "C1",
  channelType: "channel",
  message: { ts: "1.1", threadTs: null, text: "<@UBOT> how do I start the pump?", files: [] },
  addressed: true,
};

describe("the handler of Slack's events", () => {
  let slack: StubSlack;
  let database: FakeDatabase;
  let company: SampleCompany;
  let ended: unknown[];
  let whispered: string[];
  let whisperFault: Error | null;
  beforeEach(() => {
    slack = stubSlack();
    slack.people.set("USAM", slackUser("USAM", { confirmedEmail: "sam@small.example", locale: "en-US" }));
    slack.members.push("USAM");
    database = createFakeDatabase();
    company = database.provision(smallCompany());
    ended = [];
    whispered = [];
    whisperFault = null;
  });
  const handler = (change: Partial<SlackHandlerPorts> = {}): EventHandler => {
    // What is remembered for seconds only is remembered here, however slow the machine is.
    const clock = { now: () => new Date("2026-03-01T10:00:00Z") };
    const people = createPeople({ database });
    const workspace = stubWorkspace(slack, company.tenantId);
    return createSlackHandler({
      database,
      queue: { enqueue: async () => undefined },
      open: async () => ({
        ...workspace,
        messages: {
          ...workspace.messages,
          async whisper(_place, { text }) {
            if (whisperFault) throw whisperFault;
            whispered.push(text);
          },
          openDirect: async () => "D1",
          async post({ channelId }, { text }) {
            whispered.push(`${channelId}: ${text}`);
          },
        },
      }),
      directory: createWorkspaceDirectory({ clock, logger: silentLogger }),
      people,
      channelPeople: createChannelPeople({ database, clock, people }),
      approvals: approvalPorts({ database, queue: { enqueue: async () => undefined }, people, clock }),
      escalations: escalationPorts({ database, queue: { enqueue: async () => undefined }, people, clock }),
      approvalUrl: () => null,
      sourceUrl: () => null,
      blobs: createFakeBlobStore(),
      extractor: fakeTextExtractor(),
      async endInstallation(_tenant, { how }) {
        ended.push(how);
      },
      clock,
      logger: silentLogger,
      modelName: null,
      fileLimitBytes: 1_000,
      apiUrl: "https://slack.com/api/",
      ...change,
    });
  };
  const received = async (body: object, attempt = 1): Promise<TakenEvent> => {
    const id = newId<TurnId>();
    const { tenantId } = company;
    await database.inbox.receiveEvent({ id, tenantId, channel: "slack", eventId: id, body });
    return { id, tenantId, channel: "slack", body, attempt, pauses: 0, receivedAt: new Date() };
  };
  const asked = () =>
    [...database.tables(company.tenantId).inbox.values()].flatMap(({ payload }) => payload?.question ?? []);
  const away = new ExpertError("channel_unavailable", "Slack is away.");
  const refused = new ExpertError("channel_refused", "Not there.");

  it("makes one question of an event, however often it is handled", async () => {
    const event = await received(mention);
    const slackHandler = handler();
    expect(await slackHandler.handle(event)).toBe("accepted");
    expect(await slackHandler.handle({ ...event, attempt: 2 })).toBe("accepted");
    expect(asked()).toEqual(["how do I start the pump?"]);
  });

  it("leaves what another version stored, and what the bot itself wrote", async () => {
    const slackHandler = handler();
    expect(await slackHandler.handle(await received({ kind: "telegram" }))).toBe("settled");
    expect(await slackHandler.handle(await received({ ...mention, userId: "UBOT" }))).toBe("settled");
    expect(asked()).toEqual([]);
  });

  it("throws what is worth another try, and tells nobody yet", async () => {
    slack.fault = away;
    await expect(handler().handle(await received(mention))).rejects.toBe(away);
    database.breakDown("events");
    slack.fault = null;
    await expect(handler().handle(await received(mention))).rejects.toMatchObject({
      code: "database_unavailable",
    });
    expect(whispered).toEqual([]);
  });

  it("tells the person why, in the direct messages where they cannot be told below their question", async () => {
    const long = { ...mention, message: { ...mention.message, text: "x".repeat(8_001) } };
    expect(await handler().handle(await received(long))).toBe("settled");
    whisperFault = refused;
    expect(await handler().handle(await received(long))).toBe("settled");
    expect(whispered).toEqual([
      expect.stringMatching(/^The question has 8001 characters/),
      expect.stringMatching(/^D1: The question has 8001 characters/),
    ]);
  });

  it("tells the person when an event is given up", async () => {
    await handler().giveUp(await received(mention, 5), new Error("secret"));
    expect(whispered).toEqual([expect.stringContaining("tried several times")]);
    expect(whispered[0]).not.toContain("secret");
  });

  it("leaves events of a workspace that the bot was removed from", async () => {
    const open = () => Promise.reject(refused);
    expect(await handler({ open }).handle(await received(mention))).toBe("settled");
    expect(asked()).toEqual([]);
  });

  it("refuses whose account is switched off", async () => {
    const slackHandler = handler();
    await slackHandler.handle(await received(mention));
    database.tables(company.tenantId).members.clear();
    const people = createPeople({ database });
    expect(await handler({ people }).handle(await received(mention))).toBe("settled");
    expect(whispered).toEqual([expect.stringContaining("switched off")]);
  });

  it("ends installations, and forgets who reads a channel when somebody comes or changes", async () => {
    const slackHandler = handler();
    const about = { teamId: "T1", organisationId: null };
    const tell = async (event: SlackEvent): Promise<unknown> => slackHandler.handle(await received(event));
    await tell(mention);
    const first = slack.asked.length;
    await tell(mention);
    expect(slack.asked).toHaveLength(first);
    await tell({ ...about, kind: "readers_changed", channelId: "C1" });
    await tell(mention);
    expect(slack.asked.length).toBeGreaterThan(first);
    slack.people.set("USAM", slackUser("USAM", { restricted: true }));
    const second = slack.asked.length;
    await tell({ ...about, kind: "person_changed", userId: "USAM" });
    await tell(mention);
    expect(slack.asked.slice(second)).toEqual(["user", "channel", "members"]);
    await tell({ ...about, kind: "installation_ended", how: "app_uninstalled" });
    expect(ended).toEqual(["app_uninstalled"]);
  });
});
