import { describe, expect, it } from "@jest/globals";

import { checkBlocks } from "../../../tests/slack-platform/check-blocks.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { type HandoffId, newId } from "../../../core/ids.ts";
import { renderNote } from "./render-note.ts";
import { sampleAnswer } from "../../../tests/support/sample-replies.ts";

const handoffId = newId<HandoffId>();
const render = (note: Note, interactive = true) => {
  const messages = renderNote(note, {
    language: "en",
    sourceUrl: () => null,
    approvalUrl: () => null,
    threadUrl: "https://team.slack.example/archives/C1/p1?thread_ts=1&cid=C1",
    interactive,
  });
  for (const { blocks } of messages) checkBlocks(blocks);
  return messages;
};

describe("renderNote", () => {
  const asked = { kind: "human_asked", handoffId, askedBy: "Ada", department: "Finance" } as const;

  it("tells the thread who asked and who was told, or that nobody could be", () => {
    expect(render({ ...asked, experts: ["Malee", "Somchai"] })[0]?.text).toBe(
      "Ada asked for a human in Finance.\n\nTold: Malee, Somchai. The answer comes here.",
    );
    expect(render({ ...asked, department: null, experts: [] })[0]?.text).toMatch(
      /^Ada asked for a human\.\n\nNo expert/,
    );
  });

  it("tells an asker why something comes to them directly, and brings it whole", () => {
    const reply = sampleAnswer("Open it [1].");
    const moved = (message: Extract<Note, { kind: "moved_here" }>["message"]) =>
      render({ kind: "moved_here", from: "slack", question: "How\nmany *spaces*?", message });
    const [head, ...answer] = moved({ kind: "reply", turnId: reply.turnId, reply });
    expect(head?.text).toBe(
      "I could not post this where you asked: Slack takes no message of mine there any more. You had asked “How many *spaces*?”.",
    );
    expect(answer[0]?.text).toContain("Open it");
    const failure = {
      kind: "failure",
      turnId: reply.turnId,
      code: "internal",
      message: "It broke.",
    } as const;
    expect(moved({ ...failure, remedy: null })[1]?.text).toContain("It broke.");
    const note = { kind: "approval_rejected", by: "Malee", reason: null } as const;
    expect(moved({ kind: "note", turnId: reply.turnId, language: "en", note })[1]?.text).toContain("Malee");
  });

  it("promises no answer in a thread that the asker alone sees, and names nobody to outsiders", () => {
    expect(render({ ...asked, experts: ["Malee"], direct: true })[0]?.text).toMatch(
      /Told: Malee\. Whoever takes it over writes to you directly\.$/,
    );
    expect(render({ ...asked, experts: null })[0]?.text).toMatch(
      /The department's experts were told\. The answer comes here\.$/,
    );
  });

  it("leads expert and asker to each other where the asker alone sees the thread", () => {
    const offered = { askedBy: "Sam", department: null, question: "Why?", threadKey: "k", address: {} };
    expect(
      JSON.stringify(render({ kind: "handoff_offered", handoffId, ...offered, direct: true })),
    ).not.toContain("Open the thread");
    const [found] = render({
      kind: "expert_found",
      expert: { name: "Malee", address: { user: "U0MALEE" } },
    });
    expect(found?.blocks).toMatchObject([
      { text: { text: "Malee has taken over your question and writes to you directly." } },
      { text: { text: "You can write to them, too: <@U0MALEE>" } },
    ]);
    expect(render({ kind: "expert_found", expert: null })[0]?.blocks).toHaveLength(1);
    const waits = { kind: "asker_waits", handoffId, askedBy: "Sam", question: "Why?" } as const;
    expect(render({ ...waits, address: { user: "U0SAM" } })[0]?.blocks).toMatchObject([
      { text: { text: "Sam alone sees the thread of this question, so write to them directly.\n> Why?" } },
      { text: { text: "Write to: <@U0SAM>" } },
      { elements: [{ action_id: "give_back", value: handoffId }] },
    ]);
    expect(JSON.stringify(render({ ...waits, address: { user: "!channel" } }))).not.toContain("<!channel");
    expect(render({ kind: "request_closed", by: null })[0]?.text).toMatch(/^The expert is done/);
  });

  it("shows an expert the question, the thread and Take over", () => {
    const [message] = render({
      kind: "handoff_offered",
      handoffId,
      askedBy: "Ada <!channel>",
      department: null,
      question: "Why is it **red**?\n\n> <!here> look\n\nfirst line",
      threadKey: "slack:T1:C1:1",
      address: {},
    });
    expect(message?.blocks[0]).toMatchObject({
      text: {
        text: "Ada &lt;!channel&gt; asks for a human.\n> Why is it red?\n>\n> &lt;!here&gt; look\n>\n> first line",
      },
    });
    expect(message?.blocks[1]).toMatchObject({
      elements: [
        { text: "<https://team.slack.example/archives/C1/p1?thread_ts=1&amp;cid=C1|Open the thread>" },
      ],
    });
    expect(message?.blocks[2]).toMatchObject({
      elements: [{ action_id: "take_over", value: handoffId, style: "primary" }],
    });
  });

  it("tells who took the thread over and who gave it back", () => {
    const taken = { kind: "taken_over", handoffId, by: "Malee" } as const;
    expect(render(taken)[0]?.blocks[1]).toMatchObject({
      elements: [{ action_id: "give_back", value: handoffId }],
    });
    expect(render(taken, false)[0]?.blocks).toHaveLength(1);
    expect(render({ kind: "given_back", by: "Malee" })[0]?.text).toMatch(
      /^Malee has given the thread back\./,
    );
  });

  it("shows everyone an answer that somebody shares", () => {
    const shared = render({ kind: "answer_shared", by: "Ada", reply: sampleAnswer("Yes [1].") });
    expect(shared[0]?.text).toMatch(/^Yes \[1\]\.\n\nShared by Ada\n\nSources/);
  });
});
